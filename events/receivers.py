"""What follows from the news of the lifecycle."""

from typing import Any

from django.utils import timezone

from artifacts.models import Artifact
from events import routing
from events.emitter import record
from events.models import EscalationAction, EscalationStatus, EventType, Rejection
from workflows.models import Step, StepStatus, WorkflowRun

# Every verb that leaves an event. A verb that is not here is listed in another's payload.
RUN_EVENTS = {
    "create": EventType.CREATED,
    "begin": EventType.STARTED,
    "pause": EventType.PAUSED,
    "resume": EventType.RESUMED,
    "complete": EventType.COMPLETED,
    "fail": EventType.FAILED,
    "cancel": EventType.CANCELLED,
}
STEP_EVENTS = {
    "claim": EventType.STARTED,
    "complete": EventType.COMPLETED,
    "fail": EventType.FAILED,
    "lose_lease": EventType.RELEASED,
    "release": EventType.RELEASED,
    "reject": EventType.REJECTED,
    "open": EventType.GATE_OPENED,
    "approve": EventType.APPROVED,
    "request_changes": EventType.REJECTED,
    "refuse": EventType.REJECTED,
}


def on_run_moved(
    run: WorkflowRun, verb: str, payload: dict[str, Any], actor: str, **_: Any
) -> None:
    if verb in ("fail", "cancel", "complete"):
        payload = {**payload, **close_with(run, actor)}
    record(run, RUN_EVENTS[verb], actor=actor, payload=payload)


def on_step_moved(step: Step, verb: str, payload: dict[str, Any], actor: str, **_: Any) -> None:
    event_type = STEP_EVENTS[verb]
    if verb == "lose_lease" and step.status == StepStatus.FAILED:
        event_type = EventType.FAILED
    about = {"name": step.name, "item": step.item or None, "attempt": step.attempt}
    if verb in ("reject", "request_changes"):
        routing.follow(step, payload, about=about, actor=actor)
        return
    event = record(step.run, event_type, actor=actor, step=step, payload={**about, **payload})
    if event.event_type in (EventType.COMPLETED, EventType.APPROVED):
        mended = Rejection.objects.open().raised_by(step)
        mended.update(resolved=True, resolved_by_step=step)


def on_artifact_added(artifact: Artifact, actor: str, **_: Any) -> None:
    payload = {
        "artifact": artifact.public_id,
        "artifact_type": artifact.artifact_type,
        "path": artifact.path,
        "item": artifact.item or None,
        "digest": artifact.digest,
    }
    record(
        artifact.run,
        EventType.ARTIFACT_REGISTERED,
        actor=actor,
        step=artifact.step,
        payload=payload,
    )


def close_with(run: WorkflowRun, actor: str) -> dict[str, list[int]]:
    """Close the rejections and escalations of a run that ends; answers their ids."""
    rejections = list(run.rejections.open().values_list("pk", flat=True))
    run.rejections.open().update(resolved=True)
    escalations = list(run.escalations.open().values_list("pk", flat=True))
    run.escalations.open().update(
        status=EscalationStatus.RESOLVED,
        action=EscalationAction.CLOSED,
        resolved_by=actor,
        resolved_at=timezone.now(),
    )
    return {"closed_rejections": rejections, "closed_escalations": escalations}
