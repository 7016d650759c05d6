"""One workflow starts the next: what is started, and what is written of it."""

from typing import Any

import pytest

from books.configs import configure
from books.models import Book
from events.models import Escalation, Event
from tests.agents import Crew
from tests.chains import (
    BOUND,
    GATED,
    PLAIN,
    begun,
    completed,
    firing_of,
    firings_of,
    follower,
    followers,
    rerun,
    told,
    trigger,
    workflows,
)
from tests.factories import BookVersionFactory, RoutingRuleFactory, book_of
from triggers.changing import Change, put
from triggers.models import TriggerFiring
from workflows import runs

pytestmark = pytest.mark.django_db
TWO_GATES = (
    {"name": "first", "kind": "gate", "role": "owner"},
    {"name": "write", "agent": "writer"},
    {"name": "second", "kind": "gate", "role": "owner"},
)
REVIEWED = ({"name": "write", "agent": "writer", "produces": ["layout_plan"]},
            {"name": "look", "kind": "review", "agent": "critic",
             "consumes": ["layout_plan"]})  # fmt: skip


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "three")
    return book_of(1, slug="red")


def test_a_completed_run_starts_the_next(book: Book) -> None:
    trigger()
    run = completed(book)
    after = follower(run)
    assert after.workflow_type == "two"
    assert (after.status, after.cause, after.parent_run, after.chain_depth) == (
        "running",
        "trigger",
        run,
        1,
    )
    assert (after.book, after.input_version.number, after.parameters) == (book, "1.0.0", {})
    assert (after.input_pinned, after.session_id, after.plan_id) == (False, "", "")
    assert Crew(after).open() == [("write", "", 1, "ready")]
    assert Crew(after).finish().outcome == "succeeded"


def test_both_runs_tell_of_it_in_order(book: Book) -> None:
    trigger(parameters={"goal": "after {source.book}"})
    crew = begun(book)
    before = crew.last_event()
    run = crew.finish()
    after = follower(run)
    events = Event.objects.filter(pk__gt=before).order_by("pk")
    assert [(one.run.workflow_type, one.event_type, one.step_id is None) for one in events] == [
        ("one", "started", False),
        ("one", "completed", False),
        ("one", "completed", True),
        ("two", "created", True),
        ("two", "started", True),
        ("one", "trigger_fired", True),
    ]
    assert [one.payload for one in Crew(after).events()] == [
        {"cause": "trigger", "parameters": {"goal": "after red"}, "parent_run": run.public_id},
        {},
    ]
    assert crew.events()[-1].payload == {
        "trigger": "one-to-two",
        "target_workflow_type": "two",
        "target_run": after.public_id,
        "requested": False,
        "result": "fired",
        "reason": f"run {run} completed",
    }
    assert {one.actor for one in events} == {"ada"}
    assert {one.agent for one in events if one.step_id is None} == {""}


def test_the_firing_is_written_down(book: Book) -> None:
    said = trigger(input_version="latest").said
    run = completed(book)
    firing = firing_of(run)
    [event] = Event.objects.filter(run=run, event_type="completed", step=None)
    assert (firing.event, firing.target_run, firing.joined_version) == (event, follower(run), None)
    assert firing.as_json() == {
        "id": firing.pk,
        "trigger": "one-to-two",
        "book": "red",
        "source_run": run.public_id,
        "target_run": follower(run).public_id,
        "result": "fired",
        "reason": f"run {run} completed",
        "requested": False,
        "actor": "ada",
        "event": event.pk,
        "terms": said,
        "created_at": firing.created_at,
    }


def test_the_next_run_takes_the_version_that_the_source_made(book: Book) -> None:
    workflows("one", steps=BOUND)
    trigger()
    run = completed(book)
    assert run.output_version.number == "1.1.0"
    assert follower(run).input_version == run.output_version


@pytest.mark.parametrize(("wanted", "number"), [("source", "1.0.0"), ("latest", "1.1.0")])
def test_the_input_version_is_the_sources_or_the_latest_and_never_pinned(
    book: Book, wanted: str, number: str
) -> None:
    trigger(input_version=wanted)
    crew = begun(book)
    BookVersionFactory(book=book, number="1.1.0", texts={"01-one.md": "# New\n"})
    pinned = begun(book, "three", input_version="1.0.0").run
    after = follower(crew.finish())
    assert (after.input_version.number, after.input_pinned) == (number, False)
    assert pinned.input_pinned


def test_only_an_approved_run_fires_on_approve(book: Book) -> None:
    workflows("one", steps=GATED)
    trigger(condition="on_approve")
    run = completed(book)
    assert follower(run).workflow_type == "two"
    assert told(run) == [("fired", f"run {run} completed, approved by grace")]
    workflows("one", steps=PLAIN)
    ungated = completed(book)
    assert followers(ungated) == []
    assert told(ungated) == [
        ("skipped", f"trigger_condition: no gate of run {ungated} was approved")
    ]


def test_any_gate_of_several_will_do_also_one_that_a_rerun_takes_over(book: Book) -> None:
    workflows("one", steps=TWO_GATES)
    trigger(condition="on_approve")
    crew = begun(book)
    crew.decide(actor="edith")
    run = crew.finish(decider="grace")
    assert told(run) == [("fired", f"run {run} completed, approved by grace")]
    workflows("one", steps=TWO_GATES[:2])
    first = completed(book)
    again = rerun(first)
    assert told(again) == [("fired", f"run {again} completed, approved by grace")]
    assert not Event.objects.filter(run=again, event_type="approved").exists()


def test_manual_and_disabled_triggers_leave_nothing(book: Book) -> None:
    trigger("by-hand", condition="manual")
    trigger("off")
    put("off", Change(enabled=False))
    run = completed(book)
    assert (firings_of(run), followers(run)) == ([], [])
    assert Crew(run).story()[-1] == "completed"


def test_each_trigger_of_a_type_fires_in_the_order_they_were_made(book: Book) -> None:
    for name, target in (("z", "two"), ("a", "three"), ("m", "two")):
        trigger(name, target=target)
    trigger("elsewhere", source="three", target="two")
    run = completed(book)
    assert [firing.trigger_id for firing in firings_of(run)] == ["z", "a", "m"]
    assert [after.workflow_type for after in followers(run)] == ["two", "three", "two"]
    assert [one.payload["trigger"] for one in Crew(run).events()[-3:]] == ["z", "a", "m"]


def test_a_rerun_that_completes_fires_again(book: Book) -> None:
    trigger()
    run = completed(book)
    again = rerun(run)
    assert follower(again) != follower(run)
    assert firing_of(again).event != firing_of(run).event
    assert TriggerFiring.objects.filter(result="fired").count() == 2


def test_a_run_that_does_not_complete_fires_nothing(book: Book) -> None:
    trigger("on-complete")
    trigger("on-approve", condition="on_approve")
    cancelled = begun(book).run
    runs.cancel(cancelled, actor="zoe", reason="enough")
    failed = begun(book)
    for _ in range(3):
        failed.claim().fail()
    workflows("one", steps=GATED)
    rejected = begun(book).up_to("")
    rejected.decide("reject", reason="no")
    assert rejected.fresh().outcome == "rejected"
    assert failed.fresh().outcome == "error"
    assert not TriggerFiring.objects.exists()
    assert not Event.objects.filter(event_type="trigger_fired").exists()


def test_a_run_that_completes_when_it_is_resumed_fires(book: Book) -> None:
    trigger()
    crew = begun(book)
    last = crew.claim()
    runs.pause(crew.run, actor="zoe")
    last.complete()
    assert firings_of(crew.run) == []
    runs.resume(crew.run, actor="zoe")
    assert crew.story()[-3:] == ["resumed", "completed", "trigger_fired"]
    assert [one.actor for one in Crew(follower(crew.run)).events()] == ["zoe", "zoe"]


def test_a_run_that_completes_by_an_override_fires(book: Book, run_command: Any) -> None:
    workflows("one", steps=REVIEWED)
    RoutingRuleFactory(rejection_type="style")
    configure(book, "one", config={"max_retries": {"style": 1}})
    trigger()
    crew = begun(book).up_to("look")
    crew.claim("critic").reject()
    run_command(
        "escalation_resolve", Escalation.objects.get(run=crew.run).pk, "--action=override",
        "--resolution=good enough", "--actor=zoe",
    )  # fmt: skip
    assert crew.fresh().status == "completed"
    assert follower(crew.run).workflow_type == "two"
    assert firing_of(crew.run).as_json()["actor"] == "zoe"
