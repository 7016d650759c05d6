"""A target that cannot be started is told, and undoes neither the source's end nor others."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import JSONField, Value

from books.configs import configure
from books.models import Book
from events.models import Event
from tests.agents import Crew
from tests.chains import (
    NOTED,
    begun,
    completed,
    firing_of,
    firings_of,
    follower,
    lose_a_race,
    told,
    trigger,
    workflows,
)
from tests.factories import book_of
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows import runs
from workflows.models import IdempotencyKey, Step, WorkflowDefinition, WorkflowRun

pytestmark = pytest.mark.django_db
Prepare = Callable[[Book], Any]


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "three", steps=NOTED)
    return book_of(1, slug="red")


def behind_our_back(config: Any) -> None:
    """What a trigger says, written by somebody who asks nobody."""
    trigger()
    WorkflowTrigger.objects.filter(name="one-to-two").update(config=Value(config, JSONField()))


def disabled(book: Book) -> None:
    trigger()
    configure(book, "two", enabled=False)


def gone(_: Book) -> None:
    trigger()
    WorkflowDefinition.objects.filter(type="two").delete()


def asking(**parameters: Any) -> Prepare:
    return lambda _: trigger(parameters=parameters)


def broken(config: Any) -> Prepare:
    return lambda _: behind_our_back(config)


IMPOSSIBLE: dict[str, tuple[Prepare, str]] = {
    "disabled for the book": (
        disabled,
        "two is disabled for red; book_config --slug red --type two --enable allows it",
    ),
    "asks for what was not made": (
        asking(notes="{source.artifacts.release_notes.id}"),
        "RUN made no release_notes",
    ),
    "asks for what was not given": (
        asking(goal="as {source.parameters.goal}"),
        'RUN was given no parameter "goal"',
    ),
    "gives what the target refuses": (
        asking(chapters=["07-elsewhere"]),
        'no chapter of red 1.0.0 "07-elsewhere"',
    ),
    "gives what is no list": (
        asking(chapters="{source.chain_depth}"),
        'chapters is not a list; write chapters=a,b or chapters=["a", "b"]',
    ),
    "target gone": (gone, 'no workflow type "two"'),
    "names an unknown key": (broken({"bocks": []}), 'config has no key "bocks"'),
    "is a list": (broken(["with"]), "config is not an object"),
    "is a word": (broken("with"), "config is not an object"),
    "is null": (broken(None), "config is not an object"),
    "an open brace": (broken({"parameters": {"goal": "{source"}}), '"{source": '),
    "with of null": (broken({"with": None}), "config.with is not a list of words"),
    "with of a number": (broken({"with": 5}), "config.with is not a list of words"),
    "with of a word": (broken({"with": "two"}), "config.with is not a list of words"),
    "with of numbers": (broken({"with": [5]}), "config.with is not a list of words"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_start_leaves_its_reason_and_nothing_else(book: Book, name: str) -> None:
    prepare, reason = IMPOSSIBLE[name]
    prepare(book)
    trigger("goes-on", target="three")
    run = completed(book)
    assert (run.status, run.outcome) == ("completed", "succeeded")
    failed, fired = firings_of(run)
    assert (failed.trigger_id, failed.result, failed.target_run) == ("one-to-two", "failed", None)
    assert failed.reason.startswith("target: " + reason.replace("RUN", f"run {run}"))
    assert "\n" not in failed.reason
    assert (fired.trigger_id, fired.result) == ("goes-on", "fired")
    assert follower(run).workflow_type == "three"
    assert {one.workflow_type for one in WorkflowRun.objects.all()} == {"one", "three"}
    assert [one.payload["trigger"] for one in Event.objects.filter(event_type="trigger_fired")] == [
        "goes-on"
    ]
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("config", [None, 5, ["with"], {"with": None}, {"with": 5}])
def test_one_that_says_nothing_sound_is_no_matter_to_runs_of_other_types(
    book: Book, config: Any
) -> None:
    behind_our_back(config)
    assert completed(book, "three").status == "completed"
    assert not TriggerFiring.objects.exists()


def no_words() -> None:
    raise RuntimeError("on\nfire")


def bad_statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")


def no_text() -> None:
    raise OSError("no file \0")


FORESEEN_BY_NOBODY = [
    (no_words, "target: RuntimeError: on fire"),
    (bad_statement, "nowhere"),
    (no_text, "target: OSError: no file ?"),
]


@pytest.mark.parametrize(("error", "reason"), FORESEEN_BY_NOBODY)
def test_an_error_nobody_foresaw_is_logged_and_undone_to_where_the_target_began(
    book: Book,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Callable[[], None],
    reason: str,
) -> None:
    """It comes up after the target's row, its events and its first step were written."""
    advance = runs.advance

    def failing(run: WorkflowRun) -> None:
        advance(run)
        if run.workflow_type == "two":
            assert Event.objects.filter(run=run).count() == 2
            error()

    monkeypatch.setattr(runs, "advance", failing)
    trigger("before", target="three")
    trigger()
    trigger("after", target="three")
    with caplog.at_level(logging.ERROR, logger="triggers"):
        run = completed(book)
    assert [(one.trigger_id, one.result) for one in firings_of(run)] == [
        ("before", "fired"),
        ("one-to-two", "failed"),
        ("after", "fired"),
    ]
    assert reason in firings_of(run)[1].reason
    assert run.status == "completed"
    assert not WorkflowRun.objects.filter(definition__type="two").exists()
    assert not Step.objects.filter(run__definition__type="two").exists()
    assert not Event.objects.filter(run__definition__type="two").exists()
    [record] = caplog.records
    assert record.getMessage() == "trigger one-to-two could not start its run"
    assert record.exc_info


def test_where_another_process_was_faster_the_whole_verb_is_tried_again(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = lose_a_race(monkeypatch)
    trigger("before", target="three")
    trigger()
    crew = begun(book)
    last = crew.claim()
    before = crew.last_event()
    last.complete()
    run = crew.fresh()
    assert len(lost) == 1
    assert [(one.trigger_id, one.result) for one in firings_of(run)] == [
        ("before", "fired"),
        ("one-to-two", "fired"),
    ]
    assert crew.story(before) == ["completed write", "completed", "trigger_fired", "trigger_fired"]
    assert WorkflowRun.objects.count() == 3
    assert not WorkflowRun.objects.filter(public_id=lost[0]).exists()
    assert Crew(run).step("write").attempt == 1


def test_a_step_completed_under_a_key_is_once_though_its_target_fails(book: Book) -> None:
    disabled(book)
    crew = begun(book)
    last = crew.claim()
    first = last.complete(key="k")
    assert last.complete(key="k")["id"] == first["id"]
    assert [one for one, _ in told(crew.run)] == ["failed"]
    assert firing_of(crew.run).as_json()["target_run"] is None
    assert IdempotencyKey.objects.count() == 1
