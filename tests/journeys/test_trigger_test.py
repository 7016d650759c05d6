"""What each trigger did or would do about a run, and which clause decides it."""

from collections.abc import Callable
from typing import Any

import pytest

from books.configs import configure
from books.models import Book
from tests.agents import Crew
from tests.chains import (
    BOUND,
    GATED,
    WRITE,
    begun,
    completed,
    everything,
    follower,
    rerun,
    told,
    trigger,
    workflows,
)
from tests.factories import book_of
from tests.stages import every_stage
from triggers.changing import Change, put
from triggers.models import WorkflowTrigger

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
LATE = " (not of itself any more: it was not there or disabled; trigger_backfill does it)"


def prepare() -> dict[str, str]:
    """Runs of shipped workflows in every stage, and triggers that take them."""
    stages = every_stage()
    trigger("on-complete", source="w1", target="w2")
    trigger("on-approve", source="w1", target="w2", condition="on_approve")
    trigger("by-hand", source="w1", target="w2", condition="manual")
    trigger("off", source="w1", target="w2")
    put("off", Change(enabled=False))
    trigger("of-w3", source="w3", target="w4", match={"has": ["deployment"]})
    return stages


def clauses(answer: list[dict[str, Any]]) -> dict[str, tuple[bool, str]]:
    return {one["trigger"]: (one["would_fire"], one["clause"]) for one in answer}


@pytest.mark.parametrize("stage", ["new", "pending", "deciding", "editing"])
def test_of_an_open_run_it_says_what_would_be(
    run_command: Run, prepared: dict[str, str], stage: str
) -> None:
    rows = everything()
    answer = run_command("trigger_test", "--run", prepared[stage])
    assert everything() == rows
    assert clauses(answer) == {
        "on-complete": (True, "trigger_condition"),
        "on-approve": (True, "trigger_condition"),
        "by-hand": (False, "trigger_condition"),
        "off": (False, "enabled"),
    }
    assert [one["why"] for one in answer] == [
        f"when run {prepared[stage]} completes",
        f"when run {prepared[stage]} completes",
        "trigger_condition: it is manual: only trigger_fire fires it",
        "enabled: it is disabled",
    ]


def test_of_a_paused_run_too(run_command: Run, prepared: dict[str, str]) -> None:
    run = prepared["escalated"]
    assert run_command("trigger_test", run) == [
        {
            "trigger": "of-w3",
            "would_fire": True,
            "clause": "trigger_condition",
            "why": f"when run {run} completes",
        }
    ]


def test_what_an_open_run_may_still_make_it_has_not_by_now(run_command: Run, book: Book) -> None:
    workflows("one", steps=({"name": "jot", "agent": "jotter", "produces": ["chapter?"]}, *GATED))
    trigger(match={"has": ["chapter"]})
    crew = begun(book)
    [answer] = run_command("trigger_test", crew.run)
    assert answer["why"] == f"match.has: run {crew.run} made no chapter (so far)"
    assert told(crew.finish()) == [("skipped", answer["why"].removesuffix(" (so far)"))]


def test_a_failed_run_fires_nothing_of_itself(run_command: Run, prepared: dict[str, str]) -> None:
    run = prepared["failed"]
    answer = run_command("trigger_test", "--run", run)
    why = f"source: run {run} failed; of itself it fires from completed runs"
    assert {one["why"] for one in answer[:2]} == {why}
    assert clauses(answer) == {
        "on-complete": (False, "source"),
        "on-approve": (False, "source"),
        "by-hand": (False, "trigger_condition"),
        "off": (False, "enabled"),
    }


def test_one_trigger_may_be_asked_about_alone_also_of_a_run_it_does_not_take(
    run_command: Run, refused: Run, prepared: dict[str, str]
) -> None:
    line = ["trigger_test", "--run", prepared["new"], "--name"]
    assert list(clauses(run_command(*line, "off"))) == ["off"]
    [answer] = run_command(*line, "of-w3")
    said = f"source: run {prepared['new']} is of w1_editing; it takes w3_publication"
    assert (answer["would_fire"], answer["why"]) == (False, said)
    assert refused(*line, "of-w4") == 'no trigger "of-w4"; did you mean "of-w3"?'
    assert refused("trigger_test", "--run=wfrun_x").startswith('no run "wfrun_x"')


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "three")
    return book_of(1, slug="blue")


def test_what_has_fired_says_so(run_command: Run, book: Book) -> None:
    trigger()
    run = completed(book)
    said = f"already fired: it started run {follower(run)}"
    [answer] = run_command("trigger_test", "--run", run)
    assert answer == {
        "trigger": "one-to-two",
        "would_fire": False,
        "clause": "already fired",
        "why": said,
    }
    put("one-to-two", Change(enabled=False))
    assert run_command("trigger_test", "--run", run)[0]["why"] == said
    assert run_command("trigger_test", "--run", rerun(run))[0]["clause"] == "enabled"


def test_a_request_is_not_the_firing_of_the_run(run_command: Run, book: Book) -> None:
    run = completed(book)
    trigger()
    run_command("trigger_fire", "one-to-two", "--run", run)
    [answer] = run_command("trigger_test", "--run", run)
    assert (answer["would_fire"], answer["why"]) == (True, f"run {run} completed{LATE}")


def test_what_was_skipped_or_failed_is_judged_by_what_the_trigger_says_now(
    run_command: Run, book: Book
) -> None:
    trigger(match={"parameters": {"goal": 1}})
    run = completed(book)
    [answer] = run_command("trigger_test", "--run", run)
    said = f"match.parameters: run {run} was given no parameter goal"
    assert (answer["would_fire"], answer["why"]) == (False, said)
    put("one-to-two", Change(config={}))
    [answer] = run_command("trigger_test", "--run", run)
    said = (
        f"run {run} completed (not of itself any more: it was skipped then; trigger_fire asks it)"
    )
    assert (answer["would_fire"], answer["why"]) == (True, said)
    configure(book, "two", enabled=False)
    [answer] = run_command("trigger_test", "--run", run)
    assert (answer["would_fire"], answer["clause"]) == (False, "target")
    assert answer["why"].startswith("target: two is disabled for blue; ")


def test_a_gate_is_approved_or_its_run_does_not_complete(run_command: Run, book: Book) -> None:
    workflows("one", steps=GATED)
    trigger(condition="on_approve")
    trigger("three-to-two", source="three", condition="on_approve")
    crew = begun(book).up_to("")
    assert run_command("trigger_test", crew.run)[0]["would_fire"] is True
    assert follower(crew.finish())
    crew = begun(book, "three")
    [answer] = run_command("trigger_test", crew.run)
    assert answer["why"] == f"trigger_condition: no gate of run {crew.run} was approved"
    assert told(crew.finish()) == [("skipped", answer["why"])]


def test_an_open_run_would_succeed_were_it_to_complete(run_command: Run, book: Book) -> None:
    trigger("gladly", match={"outcome": ["succeeded"]})
    trigger("never", match={"outcome": ["rejected"]})
    crew = begun(book)
    foretold = clauses(run_command("trigger_test", "--run", crew.run))
    assert foretold == {
        "gladly": (True, "trigger_condition"),
        "never": (False, "match.outcome"),
    }
    crew.finish()
    assert follower(crew.run).started_by.trigger_id == "gladly"


def test_an_open_run_counts_for_the_version_that_it_has_made(run_command: Run, book: Book) -> None:
    workflows("one", steps=(*BOUND, WRITE))
    trigger("both", target="three", joined=["two"])
    completed(book, "two")
    crew = begun(book).up_to("write")
    [answer] = run_command("trigger_test", "--run", crew.run)
    assert answer["why"] == "with: no two of blue 1.1.0 is done yet (so far)"
    assert told(crew.finish()) == [("skipped", answer["why"].removesuffix(" (so far)"))]


def test_before_an_open_run_has_made_its_version_nothing_has_come_together(
    run_command: Run, book: Book
) -> None:
    workflows("one", steps=(WRITE, *BOUND))
    trigger("both", target="three", joined=["two"])
    completed(book, "two")
    [answer] = run_command("trigger_test", begun(book).run)
    assert (answer["would_fire"], answer["clause"]) == (False, "with")


def test_of_several_sources_each_run_is_told_what_is_missing_or_done(
    run_command: Run, book: Book
) -> None:
    trigger("both", target="three", joined=["two"])
    first, last = completed(book), begun(book, "two")

    def why(crew: Any) -> str:
        return str(run_command("trigger_test", "--run", crew)[0]["why"])

    assert why(first) == "with: no two of blue 1.0.0 is done yet"
    assert why(last.run) == f"when run {last.run} completes"
    last.finish()
    assert why(last.run) == f"already fired: it started run {follower(last.run)}"
    assert why(first) == f"once: it fired for blue 1.0.0 already, from run {last.run}"


@pytest.mark.parametrize("config", [5, {"with": 5}, {"with": [5]}, {"limit": []}])
def test_a_config_broken_behind_our_back_is_told(run_command: Run, book: Book, config: Any) -> None:
    trigger()
    WorkflowTrigger.objects.filter(source_workflow_type="one").update(config=config)
    [answer] = run_command("trigger_test", "--run", Crew(completed(book)).run)
    assert (answer["would_fire"], answer["clause"]) == (False, "target")
    assert answer["why"].startswith("target: config")
