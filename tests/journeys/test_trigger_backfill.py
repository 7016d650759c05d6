"""A trigger made up for runs that completed before it: planned, then done as planned."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from books.configs import configure
from books.models import Book
from events.models import Event
from tests.agents import Crew
from tests.chains import (
    begun,
    completed,
    everything,
    firing_of,
    firings_of,
    follower,
    ids,
    sources,
    trigger,
    workflows,
)
from tests.clock import at
from tests.factories import BookVersionFactory, book_of
from triggers.changing import Change, put
from workflows import runs
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "three")
    return book_of(1, slug="red")


@pytest.fixture
def past(book: Book) -> list[WorkflowRun]:
    """Three runs that completed in another order than they began, before there was a trigger."""
    crews = [begun(book) for _ in range(3)]
    done = [crews[place].finish() for place in (1, 0, 2)]
    runs.cancel(begun(book).run, actor="zoe", reason="enough")
    begun(book)
    completed(book, "three")
    return done


def test_a_plan_tells_what_would_be_started_and_changes_nothing(
    plan_backfill: Run, past: list[WorkflowRun]
) -> None:
    trigger(parameters={"after": "{source.id}"})
    rows = everything()
    answer = plan_backfill()
    assert everything() == rows
    assert answer == {
        "trigger": "one-to-two",
        "digest": answer["digest"],
        "plan": [
            {
                "trigger": "one-to-two",
                "source_run": run.public_id,
                "result": "fired",
                "reason": f"run {run} completed",
                "target_workflow_type": "two",
                "input_version": "1.0.0",
                "parameters": {"after": run.public_id},
            }
            for run in past
        ],
        "passed_over": {},
        "more": False,
    }
    assert plan_backfill()["digest"] == answer["digest"]


def test_what_was_planned_is_done_as_if_the_trigger_had_been_there(
    do_backfill: Run, past: list[WorkflowRun]
) -> None:
    trigger()
    answer = do_backfill()
    assert (answer["trigger"], answer["left"]) == ("one-to-two", 0)
    assert answer["firings"] == [
        {**firing_of(run).as_json(), "created_at": told["created_at"]}
        for run, told in zip(past, answer["firings"], strict=True)
    ]
    for run in past:
        firing, after = firing_of(run), follower(run)
        assert (firing.result, firing.requested) == ("fired", False)
        assert (firing.event.event_type, firing.event.step_id) == ("completed", None)
        assert (after.status, after.cause, after.chain_depth) == ("running", "trigger", 1)
        told = Crew(run).events()[-1]
        assert (told.event_type, told.actor, told.payload["requested"]) == (
            "trigger_fired",
            "zoe",
            False,
        )
        assert told.payload["target_run"] == after.public_id


def test_a_second_time_there_is_nothing_left(
    plan_backfill: Run, refused: Run, do_backfill: Run, past: list[WorkflowRun]
) -> None:
    trigger()
    first = plan_backfill()["digest"]
    do_backfill()
    rows = everything()
    assert plan_backfill()["plan"] == []
    assert refused("trigger_backfill", "one-to-two", "--do", first).startswith("the plan has")
    assert do_backfill() == {"trigger": "one-to-two", "firings": [], "left": 0}
    assert everything() == rows


CHANGES: dict[str, Callable[[Book], Any]] = {
    "another run completes": lambda book: (put("one-to-two", Change(enabled=False)),
                                           completed(book),
                                           put("one-to-two", Change(enabled=True))),
    "the trigger changes": lambda _: put("one-to-two", Change(config={"parameters": {"a": 1}})),
    "the version changes": lambda book: BookVersionFactory(book=book, number="1.1.0"),
    "the target is disabled": lambda book: configure(book, "two", enabled=False),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_plan_that_has_changed_is_not_done(
    plan_backfill: Run, refused: Run, past: list[WorkflowRun], book: Book, name: str
) -> None:
    trigger(input_version="latest")
    before = plan_backfill()["digest"]
    CHANGES[name](book)
    rows, after = everything(), plan_backfill()["digest"]
    assert after != before
    said = f"the plan has changed: it is {after} now; look at it, then do that"
    assert refused("trigger_backfill", "one-to-two", "--do", before) == said
    assert everything() == rows


def test_what_does_not_fit_is_counted_by_its_clause_and_leaves_nothing(
    plan_backfill: Run, do_backfill: Run, book: Book, settings: Any
) -> None:
    fitting = completed(book, parameters={"goal": 1})
    other = completed(book, parameters={"goal": 2})
    elsewhere = completed(book_of(1))
    trigger(books=["red"], match={"parameters": {"goal": 1}})
    assert plan_backfill()["passed_over"] == {"match.parameters": 1, "books": 1}
    assert sources(do_backfill()) == ids(fitting)
    assert [firings_of(run) for run in (other, elsewhere)] == [[], []]
    settings.BINDERY_CHAIN_LIMIT = 0
    put("one-to-two", Change(config={}))
    assert plan_backfill()["passed_over"] == {"chain": 2}


def test_a_target_that_cannot_start_is_planned_and_told_as_failed(
    plan_backfill: Run, do_backfill: Run, past: list[WorkflowRun], book: Book
) -> None:
    trigger()
    configure(book, "two", enabled=False)
    foretold = plan_backfill()["plan"]
    assert {(one["result"], one["input_version"]) for one in foretold} == {("failed", None)}
    told = [(one["result"], one["reason"], one["target_run"]) for one in do_backfill()["firings"]]
    assert told == [("failed", one["reason"], None) for one in foretold]
    assert not Event.objects.filter(event_type="trigger_fired").exists()
    assert plan_backfill()["plan"] == []


def test_the_storm_brake_ends_it_early(
    plan_backfill: Run, do_backfill: Run, past: list[WorkflowRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger(limit={"count": 2, "seconds": 60})
    at(monkeypatch, NOON)
    answer = do_backfill()
    assert (sources(answer), answer["left"]) == (ids(*past[:2]), 1)
    assert firings_of(past[2]) == []
    assert plan_backfill()["passed_over"] == {"limit": 1}
    at(monkeypatch, NOON + timedelta(seconds=61))
    assert sources(do_backfill()) == ids(past[2])
