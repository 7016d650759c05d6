"""What is still open when its run ends."""

from django.utils import timezone

from events.models import EscalationAction, EscalationStatus
from workflows.models import WorkflowRun


def close_with(run: WorkflowRun, *, actor: str) -> dict[str, list[int]]:
    """Close the rejections and escalations of a run that ends, by one UPDATE each and without an
    event: the run's own lists the ids answered here."""
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
