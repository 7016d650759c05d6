"""Somebody asks a trigger to fire, or only what that would do."""

from collections.abc import Callable
from typing import Any

import pytest

from books.configs import configure
from books.models import Book
from tests.agents import Crew
from tests.chains import (
    begun,
    completed,
    everything,
    firings_of,
    followers,
    lose_a_race,
    trigger,
    workflows,
)
from tests.factories import BookFactory, book_of
from triggers.changing import Change, put
from triggers.models import TriggerFiring
from workflows import runs
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "three")
    BookFactory(slug="blue")
    return book_of(1, slug="red")


@pytest.fixture
def done(book: Book) -> WorkflowRun:
    """A completed run, and a trigger that takes such runs by hand."""
    trigger(condition="manual", parameters={"after": "{source.id}"})
    return completed(book)


def failed(book: Book) -> WorkflowRun:
    crew = begun(book)
    for _ in range(3):
        crew.claim().fail()
    return crew.fresh()


def test_a_manual_trigger_fires_from_the_run_that_is_named(
    run_command: Run, done: WorkflowRun
) -> None:
    before = Crew(done).last_event()
    answer = run_command("trigger_fire", "one-to-two", "--run", done, "--actor=zoe")
    [after] = followers(done)
    [firing] = firings_of(done)
    [event] = Crew(done).events(before)
    assert answer == {
        "id": firing.pk,
        "trigger": "one-to-two",
        "book": "red",
        "source_run": done.public_id,
        "target_run": after.public_id,
        "result": "fired",
        "reason": f"run {done} completed",
        "requested": True,
        "actor": "zoe",
        "event": event.pk,
        "terms": firing.terms,
        "created_at": answer["created_at"],
    }
    assert (event.event_type, event.actor, event.step) == ("trigger_fired", "zoe", None)
    assert event.payload == {
        "trigger": "one-to-two",
        "target_workflow_type": "two",
        "target_run": after.public_id,
        "requested": True,
        "result": "fired",
        "reason": f"run {done} completed",
    }
    assert (after.status, after.cause, after.chain_depth) == ("running", "trigger", 1)
    assert after.parameters == {"after": done.public_id}


def test_for_a_book_it_fires_from_the_run_that_ended_last(
    run_command: Run, done: WorkflowRun, book: Book
) -> None:
    early, late = begun(book), begun(book)
    late.finish()
    early.finish()
    completed(book, "three")
    completed(book_of(1))
    begun(book)
    assert run_command("trigger_fire", "one-to-two", "--book=red")["source_run"] == str(early.run)
    ended = failed(book)
    answer = run_command("trigger_fire", "one-to-two", "--book=red")
    assert answer["source_run"] == str(ended)
    assert (answer["result"], answer["reason"]) == ("fired", f"run {ended} failed")
    assert followers(ended)[0].input_version.number == "1.0.0"


def test_each_request_is_one_of_its_own(run_command: Run, book: Book) -> None:
    trigger()
    run = completed(book)
    again = [run_command("trigger_fire", "one-to-two", "--run", run) for _ in range(2)]
    assert [one["result"] for one in again] == ["fired", "fired"]
    assert [one.requested for one in firings_of(run)] == [False, True, True]
    assert len({one.event_id for one in firings_of(run)}) == 3
    assert len(followers(run)) == 3


def test_a_key_makes_it_once(run_command: Run, refused: Run, done: WorkflowRun, book: Book) -> None:
    line = ["trigger_fire", "one-to-two", "--idempotency-key=k", "--run"]
    first = run_command(*line, done)
    rows = everything()
    assert run_command(*line, done) == first
    assert everything() == rows
    put("one-to-two", Change(enabled=False))
    assert run_command(*line, done) == first
    said = 'idempotency key "k" stood for another call of trigger_fire; use a new key'
    assert refused(*line, completed(book)) == said
    assert len(TriggerFiring.objects.all()) == 1


def test_a_key_means_what_was_asked_and_not_what_it_came_to(
    run_command: Run, refused: Run, done: WorkflowRun, book: Book
) -> None:
    line = ["trigger_fire", "one-to-two", "--idempotency-key=k"]
    first = run_command(*line, "--book=red")
    completed(book)
    assert run_command(*line, "--book=red") == first
    assert "another call" in refused(*line, "--run", done)
    assert TriggerFiring.objects.count() == 1


def test_a_request_that_lost_a_race_is_tried_again(
    run_command: Run, done: WorkflowRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = lose_a_race(monkeypatch)
    answer = run_command("trigger_fire", "one-to-two", "--run", done)
    assert (answer["result"], len(lost)) == ("fired", 1)
    assert [one.target_run for one in firings_of(done)] == followers(done)
    assert [one.event_type for one in Crew(done).events()].count("trigger_fired") == 1


UNFIT: dict[str, tuple[Callable[[Book], Any], str, str]] = {
    "skipped": (
        lambda _: put("one-to-two", Change(config={"books": ["blue"]})),
        "skipped",
        "books: book red is not among blue",
    ),
    "unapproved": (
        lambda _: put("one-to-two", Change(trigger_condition="on_approve")),
        "skipped",
        "trigger_condition: no gate of RUN was approved",
    ),
    "failed": (
        lambda book: configure(book, "two", enabled=False),
        "failed",
        "target: two is disabled for red; book_config --slug red --type two --enable allows it",
    ),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_request_that_starts_nothing_is_told_on_the_run_all_the_same(
    run_command: Run, done: WorkflowRun, book: Book, name: str
) -> None:
    prepare, result, why = UNFIT[name]
    reason = why.replace("RUN", f"run {done}")
    prepare(book)
    answer = run_command("trigger_fire", "one-to-two", "--run", done)
    assert (answer["result"], answer["reason"], answer["target_run"]) == (result, reason, None)
    [event] = [one for one in Crew(done).events() if one.event_type == "trigger_fired"]
    assert answer["event"] == event.pk
    assert event.payload == {
        "trigger": "one-to-two",
        "target_workflow_type": "two",
        "target_run": None,
        "requested": True,
        "result": result,
        "reason": reason,
    }
    assert followers(done) == []


@pytest.mark.parametrize("name", ["fired", *UNFIT])
def test_a_dry_run_foretells_what_comes_of_it_and_changes_nothing(
    run_command: Run, done: WorkflowRun, book: Book, name: str
) -> None:
    if name in UNFIT:
        UNFIT[name][0](book)
    rows = everything()
    foretold = run_command("trigger_fire", "one-to-two", "--run", done, "--dry-run")
    assert run_command("trigger_fire", "one-to-two", "--book=red", "--dry-run") == foretold
    assert everything() == rows
    answer = run_command("trigger_fire", "one-to-two", "--run", done)
    assert {word: answer[word] for word in ("trigger", "source_run", "result", "reason")} == {
        word: foretold.pop(word) for word in ("trigger", "source_run", "result", "reason")
    }
    fires = name == "fired"
    assert foretold == {
        "target_workflow_type": "two",
        "input_version": "1.0.0" if fires else None,
        "parameters": {"after": done.public_id} if fires else None,
        "dry_run": True,
    }


def test_what_nobody_can_ask_is_refused_and_leaves_nothing(
    refused: Run, done: WorkflowRun, book: Book
) -> None:
    pending, running = begun(book, begin=False).run, begun(book).run
    paused = begun(book).run
    runs.pause(paused, actor="zoe")
    other = completed(book, "three")
    trigger("off", condition="manual")
    put("off", Change(enabled=False))
    trigger("threes", source="three")
    rows = everything()
    ended = "a trigger fires from a run that has ended"
    refusals = {
        (
            "off",
            "--run",
            done,
        ): "trigger off is disabled; trigger_set --name off --enable allows it",
        ("one-to-two", "--run", pending): f"run {pending} is pending; {ended}",
        ("one-to-two", "--run", running): f"run {running} is running; {ended}",
        ("one-to-two", "--run", paused): f"run {paused} is paused; {ended}",
        ("one-to-two", "--run", other): f"run {other} is of three; trigger one-to-two takes one",
        ("one-to-two", "--book", "blue"): "no run of one of blue has ended yet",
        ("one-to-tow", "--run", done): 'no trigger "one-to-tow"; did you mean "one-to-two"?',
        ("one-to-two", "--book", "rde"): 'no book "rde"; did you mean "red"?',
    }
    for (name, option, what), said in refusals.items():
        for dry in ((), ("--dry-run",)):
            assert refused("trigger_fire", name, option, what, *dry) == said
    assert refused("trigger_fire", "one-to-two", "--run=wfrun_x").startswith('no run "wfrun_x"')
    assert everything() == rows
