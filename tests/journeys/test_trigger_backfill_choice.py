"""Which past runs a backfill looks at, and in which order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from books.configs import configure
from books.models import Book
from tests.chains import (
    completed,
    everything,
    firings_of,
    followers,
    ids,
    newer,
    rerun,
    sources,
    trigger,
    workflows,
)
from tests.clock import at
from tests.factories import book_of
from triggers.changing import Change, put
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "three")
    return book_of(1, slug="red")


@pytest.fixture
def at_hour(monkeypatch: pytest.MonkeyPatch) -> Callable[..., WorkflowRun]:
    """A run completed so many hours after noon."""

    def run(hour: float, *args: Any, **more: Any) -> WorkflowRun:
        at(monkeypatch, NOON + timedelta(hours=hour))
        return completed(*args, **more)

    return run


def test_what_has_a_firing_is_left_out_whatever_came_of_it(
    plan_backfill: Run, run_command: Run, book: Book
) -> None:
    trigger(books=["red"])
    fired = completed(book)
    put("one-to-two", Change(config={"match": {"parameters": {"goal": 1}}}))
    skipped = completed(book)
    put("one-to-two", Change(config={}))
    configure(book, "two", enabled=False)
    failed = completed(book)
    configure(book, "two", enabled=True)
    put("one-to-two", Change(enabled=False))
    missed = completed(book)
    put("one-to-two", Change(enabled=True))
    run_command("trigger_fire", "one-to-two", "--run", missed)
    results = [firings_of(run)[0].result for run in (fired, skipped, failed, missed)]
    assert results == ["fired", "skipped", "failed", "fired"]
    assert sources(plan_backfill()) == ids(missed)


def test_a_span_of_time_takes_its_begin_and_leaves_its_end(
    plan_backfill: Run, at_hour: Run, book: Book
) -> None:
    done = [at_hour(hour, book) for hour in range(4)]
    trigger()
    span = ("--since=2031-05-01T13:00", "--until=2031-05-01T15:00")
    assert sources(plan_backfill(*span)) == ids(*done[1:3])
    assert sources(plan_backfill(span[0])) == ids(*done[1:])
    assert sources(plan_backfill(span[1])) == ids(*done[:3])
    assert sources(plan_backfill("--since=2031-05-02")) == []


def test_one_book_alone_may_be_asked_for(plan_backfill: Run, refused: Run, book: Book) -> None:
    mine, _ = completed(book), completed(book_of(1, slug="blue"))
    trigger()
    assert len(sources(plan_backfill())) == 2
    assert sources(plan_backfill("--book=red")) == ids(mine)
    said = refused("trigger_backfill", "one-to-two", "--book=rde")
    assert said == 'no book "rde"; did you mean "red"?'


def test_at_most_so_many_fire_and_what_does_not_fit_takes_no_place(
    plan_backfill: Run, do_backfill: Run, book: Book
) -> None:
    goals = (1, 2, 1, 1, 2)
    done = [completed(book, parameters={"goal": goal}) for goal in goals]
    fitting = [run for run, goal in zip(done, goals, strict=True) if goal == 1]
    trigger(match={"parameters": {"goal": 1}})
    answer = plan_backfill("--limit=2")
    assert sources(answer) == ids(*fitting[:2])
    assert (answer["more"], answer["passed_over"]) == (True, {"match.parameters": 1})
    assert plan_backfill("--limit=3")["more"] is False
    assert sources(do_backfill("--limit=2")) == ids(*fitting[:2])
    assert sources(do_backfill("--limit=2")) == ids(*fitting[2:])
    assert sources(plan_backfill("--limit=2")) == []


def test_one_that_never_fires_of_itself_is_refused(refused: Run, book: Book) -> None:
    completed(book)
    trigger("by-hand", condition="manual")
    trigger("off")
    put("off", Change(enabled=False))
    rows = everything()
    said = "trigger by-hand is manual: trigger_fire asks it, run by run"
    for more in ((), ("--do=abc",)):
        assert refused("trigger_backfill", "by-hand", *more) == said
        assert refused("trigger_backfill", "off", *more).startswith("trigger off is disabled; ")
    assert refused("trigger_backfill", "of") == 'no trigger "of"; did you mean "off"?'
    assert everything() == rows


def both() -> None:
    trigger("both", target="three", joined=["two"])


def test_of_several_sources_the_last_one_of_each_version_is_looked_at(
    plan_backfill: Run, do_backfill: Run, book: Book
) -> None:
    completed(book)
    last = completed(book, "two")
    newer(book)
    completed(book)
    both()
    assert sources(plan_backfill(name="both")) == ids(last)
    assert sources(do_backfill(name="both")) == ids(last)
    assert [run.workflow_type for run in followers(last)] == ["three"]
    assert sources(plan_backfill(name="both")) == []
    assert [one.result for one in firings_of(completed(book, "two"))] == ["fired"]


def test_the_versions_come_in_the_order_in_which_they_were_all_done(
    plan_backfill: Run, at_hour: Run, book: Book
) -> None:
    at_hour(0, book)
    newer(book)
    at_hour(1, book)
    newer_last = at_hour(2, book, "two")
    older_last = at_hour(3, book, "two", input_version="1.0.0")
    both()
    assert sources(plan_backfill(name="both")) == ids(newer_last, older_last)
    assert sources(plan_backfill("--limit=1", name="both")) == ids(newer_last)


def test_a_version_belongs_to_the_time_when_its_last_source_was_done(
    plan_backfill: Run, at_hour: Run, book: Book
) -> None:
    at_hour(0, book)
    last = at_hour(2, book, "two")
    both()
    assert sources(plan_backfill("--until=2031-05-01T13:00", name="both")) == []
    assert sources(plan_backfill("--since=2031-05-01T13:00", name="both")) == ids(last)


def test_a_version_that_was_decided_of_itself_is_not_decided_again(
    plan_backfill: Run, book: Book
) -> None:
    """The first source was done before the trigger was there, the last one after."""
    completed(book)
    trigger("both", target="three", joined=["two"], parameters={"chapters": ["07-elsewhere"]})
    last = completed(book, "two")
    assert [one.result for one in firings_of(last)] == ["failed"]
    put("both", Change(config={"with": ["two"]}))
    assert sources(plan_backfill(name="both")) == []
    assert [one.result for one in firings_of(rerun(last))] == ["fired"]
    assert sources(plan_backfill(name="both")) == []
