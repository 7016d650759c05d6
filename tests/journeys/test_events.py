"""What happened is written down once, in order, and with what it tells or not at all."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from artifacts.models import Artifact, ArtifactUse
from events.emitter import News, event_recorded, record
from events.models import Escalation, Event, Rejection
from tests.agents import Crew
from tests.factories import book_of, started
from workflows import runs
from workflows.models import Step, WorkflowRun

pytestmark = pytest.mark.django_db
ROWS = (WorkflowRun, Step, Event, Rejection, Escalation, Artifact, ArtifactUse)


class Stop(Exception):
    """What a receiver raises."""


def prepare() -> dict[str, str]:
    """Editing runs ready for each act."""
    stages = {
        "planning": Crew(started(book_of(2))),
        "editing": Crew(started(book_of(2))).up_to("edit"),
        "deciding": Crew(started(book_of(2))).up_to("approve"),
        "last": Crew(started(book_of(1))).up_to("approve"),
    }
    stages["last"].decide()
    return {name: crew.run.public_id for name, crew in stages.items()}


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in ROWS]


@contextmanager
def stopping_at(event_type: str, *, run_level: bool = False) -> Iterator[None]:
    """A receiver that raises when such an event is written."""

    def receiver(event: Event, **_: Any) -> None:
        if event.event_type == event_type and (event.step is None) >= run_level:
            raise Stop

    event_recorded.connect(receiver, weak=False, dispatch_uid="stopping")
    try:
        yield
    finally:
        event_recorded.disconnect(receiver, dispatch_uid="stopping")


def test_every_verb_leaves_exactly_one_event_in_order(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["planning"])
    assert crew.story() == ["created", "started"]
    crew.claim().complete()
    crew.up_to("edit")
    assert crew.story()[2:] == [
        "started plan",
        "artifact_registered plan",
        "completed plan",
        "started write(01-one)",
        "artifact_registered write(01-one)",
        "completed write(01-one)",
        "started write(02-one)",
        "artifact_registered write(02-one)",
        "completed write(02-one)",
    ]
    last = crew.last_event()
    crew.claim("editor").release()
    crew.claim("editor").fail()
    crew.up_to("approve").finish()
    story = crew.story(last)
    assert story[:4] == ["started edit(01-one)", "released edit(01-one)",
                         "started edit(01-one)", "failed edit(01-one)"]  # fmt: skip
    assert story[-10:] == [
        "completed validate",
        "gate_opened approve",
        "approved approve",
        "started finalize",
        *["artifact_registered finalize"] * 4,
        "completed finalize",
        "completed",
    ]
    ids = [event.pk for event in crew.events()]
    assert ids == sorted(ids)


def test_an_event_tells_who_acted_and_for_which_agent(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["deciding"])
    told = {(one.event_type, one.agent, one.actor) for one in crew.events()}
    assert ("created", "", "ada") in told
    assert ("completed", "writer", "ada") in told
    crew.decide(actor="grace")
    assert (crew.events()[-1].agent, crew.events()[-1].actor) == ("managing-editor", "grace")


def test_what_follows_from_an_act_is_its_actors_too(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["editing"])
    last = crew.last_event()
    crew.claim("editor", worker="rex").reject()
    assert {one.actor for one in crew.events(last)} == {"rex"}


def test_payloads_are_plain_json_with_what_the_verb_was_told(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["editing"])
    crew.claim("editor").complete(result={"score": 7})
    crew.claim("editor").reject("clarity", "who rolls?")
    for event in crew.events():
        assert json.loads(json.dumps(event.payload)) == event.payload
    done, rejected = crew.events()[-4], crew.events()[-2]
    about = {"name": "edit", "item": "01-one", "attempt": 1}
    assert done.payload == {**about, "result": {"score": 7}, "artifacts": []}
    assert rejected.payload["rejection_type"] == "clarity"
    registered = next(e for e in crew.events() if e.event_type == "artifact_registered")
    made = Artifact.objects.get(public_id=registered.payload["artifact"])
    assert registered.payload["digest"] == made.digest
    completed = next(e for e in crew.events() if e.event_type == "completed")
    assert completed.payload["artifacts"] == [made.public_id]


def test_an_event_is_never_changed_or_deleted(prepared: dict[str, str]) -> None:
    event = Crew(prepared["planning"]).events()[0]
    event.actor = "eve"
    for act in (event.save, event.delete):
        with pytest.raises(TypeError):
            act()
    assert Event.objects.get(pk=event.pk).actor != "eve"


def test_the_rows_of_an_event_cannot_be_deleted_from_under_it(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["editing"])
    before = everything()
    with pytest.raises(Exception, match=r"protected|never deleted"):
        crew.fresh().delete()
    assert everything() == before


def test_who_follows_hears_of_an_event_once_it_has_a_number(prepared: dict[str, str]) -> None:
    heard: list[tuple[int, str]] = []

    def receiver(event: Event, **_: Any) -> None:
        assert Event.objects.filter(pk=event.pk).exists()
        heard.append((event.pk, event.event_type))

    event_recorded.connect(receiver)
    crew = Crew(prepared["planning"])
    last = crew.last_event()
    crew.claim().complete()
    event_recorded.disconnect(receiver)
    assert heard == [(one.pk, one.event_type) for one in crew.events(last)]


def test_recording_by_hand_takes_no_step_and_no_payload(prepared: dict[str, str]) -> None:
    run = Crew(prepared["planning"]).run
    event = record(run, News("started"), actor="zoe")
    assert (event.step, event.payload, event.agent) == (None, {}, "")
    assert event.as_json()["agent"] is None


@pytest.mark.parametrize("event_type", ["rejected", "routed"])
def test_a_receiver_that_raises_undoes_the_whole_rejection(
    prepared: dict[str, str], event_type: str
) -> None:
    crew = Crew(prepared["editing"])
    claimed = crew.claim("editor")
    before = everything()
    with stopping_at(event_type), pytest.raises(Stop):
        claimed.reject()
    assert everything() == before
    assert claimed.reject()["status"] == "rejected"


@pytest.mark.parametrize("event_type", ["artifact_registered", "completed"])
def test_a_receiver_that_raises_undoes_the_completion_and_its_artifacts(
    prepared: dict[str, str], event_type: str
) -> None:
    claimed = Crew(prepared["planning"]).claim()
    before = everything()
    with stopping_at(event_type), pytest.raises(Stop):
        claimed.complete()
    assert everything() == before
    assert claimed.complete()["status"] == "completed"


def test_a_receiver_that_raises_when_the_run_completes_undoes_its_last_step(
    prepared: dict[str, str],
) -> None:
    crew = Crew(prepared["last"])
    claimed = crew.claim("production-editor")
    before = everything()
    with stopping_at("completed", run_level=True), pytest.raises(Stop):
        claimed.complete()
    assert everything() == before
    assert claimed.row().status == "running"
    claimed.complete()
    assert crew.fresh().status == "completed"


def test_a_receiver_that_raises_undoes_a_gates_decision(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["deciding"])
    before = everything()
    with stopping_at("failed"), pytest.raises(Stop):
        crew.decide("reject", reason="no")
    assert everything() == before


def test_a_receiver_that_raises_leaves_no_run_behind(prepared: dict[str, str]) -> None:
    book = Crew(prepared["planning"]).run.book
    before = everything()
    with stopping_at("started"), pytest.raises(Stop):
        started(book)
    assert everything() == before


def test_a_receiver_that_raises_leaves_a_claim_to_others(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["planning"])
    before = everything()
    with stopping_at("started"), pytest.raises(Stop):
        crew.claim()
    assert everything() == before
    crew.claim()


def test_cancelling_twice_tells_once(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["planning"])
    runs.cancel(crew.run, actor="zoe")
    last = crew.last_event()
    with pytest.raises(Exception, match="failed"):
        runs.cancel(crew.run, actor="zoe")
    assert crew.events(last) == []
