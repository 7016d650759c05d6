"""What follows from the news of the lifecycle."""

from typing import Any

from artifacts.models import Artifact
from events import routing
from events.emitter import News, record
from events.escalations import closing
from events.models import Escalation, EventType, Rejection
from workflows.lifecycle import save
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
    "override": EventType.COMPLETED,
}
ESCALATION_EVENTS = {
    "acknowledge": EventType.ACKNOWLEDGED,
    "resolve": EventType.RESOLVED,
}


def on_run_moved(
    run: WorkflowRun, verb: str, payload: dict[str, Any], actor: str, **_: Any
) -> None:
    if verb in ("fail", "cancel", "complete"):
        payload = {**payload, **closing.close_with(run, actor=actor)}
    record(run, News(RUN_EVENTS[verb], payload=payload), actor=actor)


def on_step_moved(step: Step, verb: str, payload: dict[str, Any], actor: str, **_: Any) -> None:
    event_type = STEP_EVENTS[verb]
    if verb == "lose_lease" and step.status == StepStatus.FAILED:
        event_type = EventType.FAILED
    about = {"name": step.name, "item": step.item or None, "attempt": step.attempt}
    if verb in ("reject", "request_changes"):
        routing.follow(step, payload, about=about, actor=actor)
        return
    record(step.run, News(event_type, step, {**about, **payload}), actor=actor)
    if event_type in (EventType.COMPLETED, EventType.APPROVED):
        mended = Rejection.objects.open().raised_by(step)
        mended.update(resolved=True, resolved_by_step=step)


def on_escalation_moved(
    instance: Escalation, name: str, method_kwargs: dict[str, Any], **_: Any
) -> None:
    """Receiver of django-fsm's `post_transition`: save, then tell, as the door does."""
    save(instance)
    payload = {
        "escalation": instance.pk,
        "item": instance.item or None,
        "rejection_type": instance.rejection_type,
        **method_kwargs,
    }
    news = News(ESCALATION_EVENTS[name], instance.step, payload)
    record(instance.run, news, actor=method_kwargs["by"])


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
        News(EventType.ARTIFACT_REGISTERED, artifact.step, payload),
        actor=actor,
    )
