"""A backfill is under way while others change the trigger."""

from collections.abc import Callable
from typing import Any

import pytest

from books.errors import Unknown
from books.models import Book
from tests.chains import completed, firings_of, trigger, workflows
from tests.factories import book_of
from triggers import backfilling
from triggers.backfilling import Past, do, planned
from triggers.changing import Change, delete, put
from triggers.errors import TriggerRefused
from triggers.models import WorkflowTrigger
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
NAME = "one-to-two"


@pytest.fixture
def past(db: None) -> list[WorkflowRun]:
    """Three runs completed before there was a trigger."""
    workflows("one", "two")
    book: Book = book_of(1, slug="red")
    done = [completed(book) for _ in range(3)]
    trigger()
    return done


def backfill() -> dict[str, Any]:
    all_past = Past(WorkflowTrigger.objects.named(NAME))
    return do(all_past, planned(all_past).digest, actor="zoe")


@pytest.fixture
def after_the_first(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Any]:
    """A backfill, between whose first and second run something else happens."""

    def interrupted(act: Callable[[], Any]) -> dict[str, Any]:
        fire, calls = backfilling._fire, []

        def firing(*args: Any, **kwargs: Any) -> Any:
            calls.append(args)
            if len(calls) == 2:
                act()
            return fire(*args, **kwargs)

        monkeypatch.setattr(backfilling, "_fire", firing)
        return backfill()

    return interrupted


CHANGED = "trigger one-to-two was changed meanwhile; plan the rest again"


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: put(NAME, Change(enabled=False)), CHANGED),
        (lambda: put(NAME, Change(trigger_condition="manual")), CHANGED),
        (lambda: put(NAME, Change(source_workflow_type="two")), CHANGED),
        (lambda: put(NAME, Change(target_workflow_type="one")), CHANGED),
        (lambda: put(NAME, Change(config={"parameters": {"goal": 1}})), CHANGED),
        (lambda: delete(NAME), 'no trigger "one-to-two"'),
    ],
)
def test_one_that_is_gone_or_says_something_else_meanwhile_stops_it(
    past: list[WorkflowRun], after_the_first: Any, act: Callable[[], Any], said: str
) -> None:
    with pytest.raises((TriggerRefused, Unknown), match=said):
        after_the_first(act)
    assert [len(firings_of(run)) for run in past] == [1, 0, 0]


def test_what_does_not_fit_any_more_is_left_without_a_trace(
    past: list[WorkflowRun], after_the_first: Any
) -> None:
    put(NAME, Change(config={"book_types": ["core"]}))
    books = Book.objects.filter(slug="red")
    answer = after_the_first(lambda: books.update(book_type="campaign"))
    assert (len(answer["firings"]), answer["left"]) == (1, 2)
    assert [len(firings_of(run)) for run in past] == [1, 0, 0]
    books.update(book_type="core")
    assert len(backfill()["firings"]) == 2
