"""What a human decides at a gate, and who may."""

from typing import Any

import pytest

from artifacts.models import ArtifactUse
from books.models import BookVersion
from events.models import Rejection
from tests.agents import Crew
from tests.clock import later
from tests.factories import DefinitionFactory, book_of, started
from workflows import runs
from workflows.errors import (
    Contradiction,
    IllegalMove,
    InvalidInput,
    SelfApproval,
    UnknownThing,
    WorkflowsError,
)
from workflows.status import run_status

pytestmark = pytest.mark.django_db


def prepare() -> str:
    """An editing run of two chapters that waits at its gate."""
    return Crew(started(book_of(2))).up_to("approve").run.public_id


@pytest.fixture
def waiting(prepared: str) -> Crew:
    return Crew(prepared)


def gate_digest(crew: Crew) -> str:
    """The digest that the status shows at the open gate."""
    steps = run_status(crew.fresh())["steps"]
    return next(str(one["digest"]) for one in steps if one["status"] == "awaiting_decision")


def refused(crew: Crew, error: type[Exception], message: str, **decision: Any) -> None:
    """Deciding so is refused and leaves no trace."""
    rows, last = list(crew.steps().values()), crew.last_event()
    with pytest.raises(error, match=message):
        crew.decide(**decision)
    assert list(crew.steps().values()) == rows
    assert crew.events(last) == []


def test_a_gate_opens_with_a_due_time_and_waits_for_its_role(waiting: Crew) -> None:
    gate, opened = waiting.step("approve"), waiting.events()[-1]
    assert (gate.status, gate.agent, gate.kind) == ("awaiting_decision", "managing-editor", "gate")
    assert gate.due_at is not None
    assert round((gate.due_at - gate.created_at).total_seconds() / 3600) == 48
    assert (opened.event_type, opened.step_id) == ("gate_opened", gate.pk)
    assert waiting.try_claim("managing-editor") is None


def test_approval_lets_the_run_go_on(waiting: Crew) -> None:
    last = waiting.last_event()
    answer = waiting.decide(reason="fine", digest=gate_digest(waiting))
    assert (answer["status"], answer["worker"]) == ("completed", "grace")
    [event] = waiting.events(last)
    assert (event.event_type, event.actor) == ("approved", "grace")
    assert event.payload["reason"] == "fine"
    assert event.payload["digest"] == answer["digest"]
    assert waiting.ready() == ["finalize"]


def test_a_decision_on_a_text_that_changed_since_is_refused(waiting: Crew) -> None:
    read = gate_digest(waiting)
    waiting.request_changes("01-one")
    waiting.claim("style-editor").complete("# Another text\n\nSome words.\n")
    waiting.up_to("approve")
    assert gate_digest(waiting) != read
    refused(waiting, Contradiction, "changed since you read it", digest=read)
    refused(waiting, Contradiction, "changed since you read it", digest="0" * 64)
    waiting.decide(digest=gate_digest(waiting))


def test_the_digest_is_the_same_for_the_same_texts(waiting: Crew) -> None:
    read = gate_digest(waiting)
    waiting.request_changes("01-one")
    handled = waiting.claim("style-editor")
    handled.complete(handled.brief["chapter"]["text"])
    waiting.up_to("approve")
    assert gate_digest(waiting) == read


@pytest.mark.parametrize("decision", ["approve", "request_changes", "reject"])
def test_who_did_the_work_does_not_decide_it(waiting: Crew, decision: str) -> None:
    verdict = {"decision": decision, "rejection_type": "style", "reason": "no", "items": ("all",)}
    refused(waiting, SelfApproval, "ada did step", actor="ada", **verdict)


def test_who_only_reviewed_may_decide() -> None:
    crew = Crew(started(book_of(1))).up_to("edit")
    crew.worker = "rex"
    crew.up_to("approve")
    assert crew.decide(actor="rex")["status"] == "completed"


def test_who_did_only_what_was_superseded_may_decide(waiting: Crew) -> None:
    waiting.request_changes("all", to_step="plan", items=())
    waiting.worker = "bob"
    waiting.up_to("approve")
    assert waiting.decide(actor="ada")["status"] == "completed"


def test_self_approval_can_be_allowed(waiting: Crew, settings: Any) -> None:
    settings.BINDERY_ALLOW_SELF_APPROVAL = True
    assert waiting.decide(actor="ada")["worker"] == "ada"


def test_who_did_a_reused_step_does_not_decide_the_run_again(waiting: Crew) -> None:
    runs.cancel(waiting.run, actor="zoe")
    again = Crew(runs.rerun(waiting.fresh(), actor="zoe", from_step="approve"))
    refused(again, SelfApproval, "ada", actor="ada")


def test_a_gate_is_decided_once(waiting: Crew) -> None:
    waiting.decide()
    for decision in ("approve", "reject"):
        refused(waiting, IllegalMove, "completed by grace", decision=decision, reason="no",
                actor="henry")  # fmt: skip


def test_a_gate_that_is_not_open_is_not_decided() -> None:
    crew = Crew(started(book_of(1)))
    refused(crew, IllegalMove, "no gate of run .* waits; it is at plan")


@pytest.mark.parametrize("decision", ["approve", "request_changes", "reject"])
def test_a_paused_run_is_not_decided(waiting: Crew, decision: str) -> None:
    runs.pause(waiting.run, actor="zoe")
    verdict = {"rejection_type": "style", "reason": "no", "items": ("all",)}
    refused(waiting, IllegalMove, "paused", decision=decision, **verdict)
    runs.resume(waiting.run, actor="zoe")
    waiting.decide()


def test_a_gate_may_open_while_the_run_is_paused() -> None:
    crew = Crew(started(book_of(1))).up_to("validate")
    last = crew.claim("validator")
    runs.pause(crew.run, actor="zoe")
    last.complete()
    assert crew.story()[-2:] == ["completed validate", "gate_opened approve"]
    assert crew.fresh().status == "paused"


def test_rejecting_ends_the_run_as_rejected(waiting: Crew) -> None:
    last = waiting.last_event()
    answer = waiting.decide("reject", reason="not this year")
    assert answer["status"] == "rejected"
    assert waiting.story(last) == ["rejected approve", "failed"]
    rejected, failed = waiting.events(last)
    assert rejected.payload["decision"] == "reject"
    assert (failed.payload["outcome"], failed.payload["reason"]) == ("rejected", "not this year")
    run = waiting.fresh()
    assert (run.status, run.outcome, run.reason) == ("failed", "rejected", "not this year")
    assert not Rejection.objects.exists()
    assert waiting.open() == []


def test_requested_changes_are_routed_and_the_gate_opens_again(waiting: Crew) -> None:
    waiting.request_changes("02-one", rejection_type="clarity", reason="who rolls?")
    rejection = Rejection.objects.get()
    assert (rejection.item, rejection.rejection_type) == ("02-one", "clarity")
    assert (rejection.rejecting_agent, rejection.handler_agent) == (
        "managing-editor",
        "clarity-editor",
    )
    assert waiting.events()[-2].payload["decision"] == "request_changes"
    waiting.up_to("approve")
    gate = waiting.step("approve")
    assert (gate.attempt, gate.status) == (2, "awaiting_decision")
    waiting.decide()
    rejection.refresh_from_db()
    assert (rejection.resolved, rejection.resolved_by_step_id) == (True, gate.pk)


def test_a_human_may_name_the_step_to_go_back_to(waiting: Crew) -> None:
    waiting.request_changes(to_step="plan", items=())
    plan = waiting.step("plan")
    assert (plan.attempt, plan.status, plan.agent) == (2, "ready", "project-manager")
    assert Rejection.objects.get().item == ""


@pytest.mark.parametrize("to_step", ["edit", "finalize", "approve", "writ"])
def test_only_work_upstream_can_be_gone_back_to(waiting: Crew, to_step: str) -> None:
    verdict = {"rejection_type": "style", "reason": "no", "items": ("all",), "to_step": to_step}
    refused(waiting, WorkflowsError, to_step, decision="request_changes", **verdict)


@pytest.mark.parametrize(
    ("decision", "verdict", "message"),
    [
        ("aprove", {}, 'did you mean "approve"'),
        ("reject", {}, "needs a reason"),
        ("reject", {"reason": "  "}, "needs a reason"),
        ("request_changes", {"rejection_type": "style"}, "needs a reason"),
        ("request_changes", {"reason": "no", "items": ("all",)}, "needs a type"),
        ("request_changes", {"reason": "no", "rejection_type": "style"}, "name those to rework"),
        (
            "request_changes",
            {"reason": "no", "rejection_type": "stile", "items": ("all",)},
            'did you mean "style"',
        ),
    ],
)
def test_a_decision_that_lacks_something_is_refused(
    waiting: Crew, decision: str, verdict: dict[str, Any], message: str
) -> None:
    refused(waiting, InvalidInput, message, decision=decision, **verdict)


def test_what_was_decided_on_is_kept_as_used(waiting: Crew) -> None:
    chapters = {waiting.artifact("chapter", item).pk for item in ("01-one", "02-one")}
    waiting.request_changes("01-one")
    first = waiting.step("approve")
    waiting.up_to("approve").decide()
    second = waiting.step("approve")
    uses = {gate.pk: set(ArtifactUse.objects.filter(step=gate).values_list("artifact", flat=True))
            for gate in (first, second)}  # fmt: skip
    assert uses[first.pk] == chapters
    assert len(uses[second.pk]) == 2
    assert uses[second.pk] != chapters


def test_several_open_gates_need_a_name() -> None:
    gates = [{"name": name, "kind": "gate", "role": name, "needs": ["work"]}
             for name in ("left", "right")]  # fmt: skip
    DefinitionFactory(type="two", steps=[{"name": "work", "agent": "w"}, *gates])
    crew = Crew(started(book_of(1), workflow_type="two")).up_to("left")
    refused(crew, InvalidInput, "left, right")
    refused(crew, UnknownThing, 'no gate "middle"', gate="middle")
    assert crew.decide(gate="right")["name"] == "right"
    assert crew.decide(gate=str(crew.step("left").pk))["name"] == "left"
    assert crew.fresh().status == "completed"


def test_a_gate_with_nothing_to_read_has_no_digest() -> None:
    gate = {"name": "go", "kind": "gate", "role": "boss"}
    DefinitionFactory(type="bare", steps=[{"name": "work", "agent": "w"}, gate])
    crew = Crew(started(book_of(1), workflow_type="bare")).up_to("go")
    assert gate_digest(crew) == "None"
    assert crew.decide()["digest"] is None


def test_an_overdue_gate_is_still_decided(waiting: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, hours=100)
    assert waiting.decide()["status"] == "completed"
    assert BookVersion.objects.count() == 1
