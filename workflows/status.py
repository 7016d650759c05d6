"""A run with all that bears on it."""

from typing import Any

from artifacts.models import Artifact, nouns
from workflows.inputs import digest_of, inputs_of
from workflows.models import RunStatus, Step, StepStatus, WorkflowRun

# What a person may do with a run, by its status.
ACTIONS = {
    RunStatus.PENDING: ["begin", "cancel"],
    RunStatus.RUNNING: ["pause", "cancel"],
    RunStatus.PAUSED: ["resume", "cancel"],
    RunStatus.COMPLETED: ["rerun"],
    RunStatus.FAILED: ["rerun"],
}


def run_status(run: WorkflowRun) -> dict[str, Any]:
    """The run noun with its steps, open business, artifacts and chain of causes."""
    escalations = [escalation.as_json() for escalation in run.escalations.open()]
    return {
        **run.as_json(),
        "steps": [_step(step) for step in run.steps.order_by("pk")],
        "allowed_actions": allowed_actions(run, escalated=bool(escalations)),
        "open_rejections": [rejection.as_json() for rejection in run.rejections.open()],
        "open_escalations": escalations,
        "artifacts": nouns(Artifact.objects.for_json().filter(run=run)),
        "chain": chain(run),
        "firings": [firing.as_json() for firing in run.firings.for_json()],
    }


def allowed_actions(run: WorkflowRun, *, escalated: bool) -> list[str]:
    """What a person may do with it now; `escalated` where an escalation of it is open."""
    return [one for one in ACTIONS[RunStatus(run.status)] if not (one == "resume" and escalated)]


def chain(run: WorkflowRun) -> list[dict[str, Any]]:
    """From the first run to this one, each with what caused it."""
    return [
        {
            "run": link.public_id,
            "workflow_type": link.workflow_type,
            "cause": link.cause,
            "trigger": link.started_by.trigger_id if hasattr(link, "started_by") else None,
        }
        for link in WorkflowRun.objects.chain(run)
    ]


def _step(step: Step) -> dict[str, Any]:
    waiting = step.status == StepStatus.AWAITING_DECISION
    return step.as_json(digest_of(inputs_of(step)) if waiting else None)
