"""What was done about an escalation, and what follows, in a sentence or two."""

from events.models import Escalation, EscalationAction, Event
from workflows.models import RunStatus, WorkflowRun


def done(escalation: Escalation) -> str:
    """Of one that was just resolved; four queries."""
    run = WorkflowRun.objects.with_all().get(pk=escalation.run_id)
    chapters = run.input_version.chapters
    item = escalation.item
    about = f"“{chapters.title_of(item)}”" if item else run.book.title
    if escalation.action == EscalationAction.ABORT:
        return f"Ended: the run over {run.book.title} has failed as rejected."
    if escalation.action == EscalationAction.OVERRIDE:
        return f"{about} passes {escalation.step.name} as it is. {_goes_on(run)}"
    sent = Event.objects.filter(run=run).routed_by(escalation.pk).first()
    told = sent.payload if sent else {}
    step, agent = told.get("rework_step"), told.get("handler_agent")
    return f"Once more: {agent} gets {about}, at {step}. {_goes_on(run)}"


def _goes_on(run: WorkflowRun) -> str:
    if run.status == RunStatus.PAUSED:
        return "The run stays paused: something else holds it."
    if run.status == RunStatus.COMPLETED:
        return "With that the run is complete."
    return "The run goes on."
