"""What happened, and what follows from a rejection."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models import Step, WorkflowRun


class EventType(models.TextChoices):
    CREATED = "created", _("created: a run was created")
    STARTED = "started", _("started: a run began, or a step was claimed")
    PAUSED = "paused", _("paused: a run hands out no work")
    RESUMED = "resumed", _("resumed: a run hands out work again")
    COMPLETED = "completed", _("completed: a run or a step is done")
    FAILED = "failed", _("failed: a run ended, or a try at a step came to nothing")
    CANCELLED = "cancelled", _("cancelled: a run was called off")
    RELEASED = "released", _("released: a step was put back, or its lease ran out")
    REJECTED = "rejected", _("rejected: a review or a gate sent work back")
    ROUTED = "routed", _("routed: a rejection found who mends it")
    ESCALATED = "escalated", _("escalated: a rejection went to a human")
    GATE_OPENED = "gate_opened", _("gate opened: a gate waits for a decision")
    APPROVED = "approved", _("approved: a gate was approved")
    ACKNOWLEDGED = "acknowledged", _("acknowledged: a human took an escalation")
    RESOLVED = "resolved", _("resolved: a human resolved an escalation")
    ARTIFACT_REGISTERED = (
        "artifact_registered",
        _("artifact registered: an artifact was registered"),
    )
    TRIGGER_FIRED = "trigger_fired", _("trigger fired: a run started another")


class RejectionType(models.TextChoices):
    STYLE = "style", _("style: how it is written")
    MECHANICS = "mechanics", _("mechanics: whether its rules work")
    CLARITY = "clarity", _("clarity: whether it is understood")
    SCOPE = "scope", _("scope: whether it belongs here")


class EscalationStatus(models.TextChoices):
    PENDING = "pending", _("pending: waits for a human")
    ACKNOWLEDGED = "acknowledged", _("acknowledged: a human took it")
    RESOLVED = "resolved", _("resolved: a human resolved it")


class EscalationAction(models.TextChoices):
    RETRY = "retry", _("retry: one more rework, counted from the start")
    OVERRIDE = "override", _("override: let it pass as it is")
    ABORT = "abort", _("abort: end the run as rejected")
    CLOSED = "closed", _("closed: the run ended first")


class Event(models.Model):
    """One thing that happened. Append-only: its id is the cursor of the stream."""

    run = models.ForeignKey(WorkflowRun, on_delete=models.PROTECT, related_name="events")
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    event_type = models.CharField(max_length=30, choices=EventType.choices)
    agent = models.CharField(max_length=100, blank=True)
    actor = models.CharField(max_length=200)
    payload = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event_type__in=EventType.values), name="known_event_type"
            ),
        ]
        indexes = [
            models.Index(fields=["run", "id"], name="event_of_run"),
            models.Index(fields=["event_type", "id"], name="event_by_type"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.event_type}"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("an event is never changed")
        super().save(**kwargs)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an event is never deleted")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "run": self.run.public_id,
            "step": self.step_id,
            "event_type": self.event_type,
            "agent": self.agent or None,
            "actor": self.actor,
            "payload": self.payload,
            "created_at": self.created_at,
        }


class RejectionQuerySet(models.QuerySet["Rejection"]):
    def open(self) -> Self:
        return self.filter(resolved=False)

    def for_item(self, item: str) -> Self:
        """Those about one chapter, and those about the whole run."""
        return self.filter(item__in=["", item])

    def raised_by(self, step: Step) -> Self:
        """Those of any attempt at the same step and item."""
        mine = self.filter(run=step.run, step__name=step.name)
        return mine.filter(item=step.item) if step.item else mine

    def for_json(self) -> Self:
        return self.select_related("run")


class Rejection(models.Model):
    """One chapter, or one run, sent back once."""

    run = models.ForeignKey(WorkflowRun, on_delete=models.PROTECT, related_name="rejections")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="rejections")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="rejections")
    item = models.CharField(max_length=500, blank=True)
    rejecting_agent = models.CharField(max_length=100)
    rejection_type = models.CharField(max_length=20, choices=RejectionType.choices)
    reason = models.TextField()
    passages = models.JSONField(default=list, blank=True)
    retry_count = models.PositiveIntegerField()
    handler_agent = models.CharField(max_length=100, blank=True)
    resolved = models.BooleanField(default=False)
    resolved_by_step = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, related_name="resolved_rejections"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RejectionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rejection_type__in=RejectionType.values), name="known_rejection_type"
            ),
        ]
        indexes = [
            models.Index(fields=["run", "item", "rejection_type"], name="rejection_count"),
        ]

    def __str__(self) -> str:
        return f"{self.rejection_type}: {self.reason[:60]}"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "run": self.run.public_id,
            "step": self.step_id,
            "item": self.item or None,
            "rejection_type": self.rejection_type,
            "reason": self.reason,
            "passages": self.passages,
            "rejecting_agent": self.rejecting_agent,
            "retry_count": self.retry_count,
            "handler_agent": self.handler_agent or None,
            "resolved": self.resolved,
            "resolved_by_step": self.resolved_by_step_id,
            "created_at": self.created_at,
        }


class RoutingRule(models.Model):
    """Who mends a rejection of one type, and who is asked when mending does not help."""

    workflow_type = models.CharField(max_length=64, blank=True)
    step = models.CharField(max_length=100, blank=True)
    rejection_type = models.CharField(max_length=20, choices=RejectionType.choices)
    handler_agent = models.CharField(max_length=100)
    rework_step = models.CharField(max_length=100, blank=True)
    max_retries = models.PositiveIntegerField(default=3)
    escalation_target = models.CharField(max_length=100)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["rejection_type", "workflow_type", "step"]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow_type", "step", "rejection_type"], name="one_rule_per_rank"
            ),
            models.CheckConstraint(
                condition=Q(rejection_type__in=RejectionType.values), name="known_rule_type"
            ),
            models.CheckConstraint(condition=Q(max_retries__gte=1), name="at_least_one_try"),
            models.CheckConstraint(
                condition=Q(step="") | ~Q(workflow_type=""), name="a_step_has_a_workflow_type"
            ),
        ]

    def __str__(self) -> str:
        where = " ".join(word for word in (self.workflow_type, self.step) if word) or "default"
        return f"{self.rejection_type} ({where})"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "workflow_type": self.workflow_type or None,
            "step": self.step or None,
            "rejection_type": self.rejection_type,
            "handler_agent": self.handler_agent,
            "rework_step": self.rework_step or None,
            "max_retries": self.max_retries,
            "escalation_target": self.escalation_target,
            "enabled": self.enabled,
        }


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def open(self) -> Self:
        return self.exclude(status=EscalationStatus.RESOLVED)


class Escalation(models.Model):
    """A rejection that waits for a human."""

    run = models.ForeignKey(WorkflowRun, on_delete=models.PROTECT, related_name="escalations")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="escalations")
    item = models.CharField(max_length=500, blank=True)
    rejection_type = models.CharField(max_length=20, choices=RejectionType.choices)
    retry_count = models.PositiveIntegerField()
    escalated_to = models.CharField(max_length=100)
    reason = models.TextField()
    status = models.CharField(
        max_length=20, choices=EscalationStatus.choices, default=EscalationStatus.PENDING
    )
    action = models.CharField(max_length=20, choices=EscalationAction.choices, blank=True)
    resolution = models.TextField(blank=True)
    acknowledged_by = models.CharField(max_length=200, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=200, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "item", "rejection_type"],
                condition=~Q(status="resolved"),
                name="one_open_escalation",
            ),
            models.CheckConstraint(
                condition=Q(status__in=EscalationStatus.values), name="legal_escalation_status"
            ),
            models.CheckConstraint(
                condition=Q(action__in=["", *EscalationAction.values]),
                name="legal_escalation_action",
            ),
            models.CheckConstraint(
                condition=Q(rejection_type__in=RejectionType.values), name="known_escalation_type"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rejection_type} to {self.escalated_to}"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "run": self.run.public_id,
            "item": self.item or None,
            "rejection_type": self.rejection_type,
            "retry_count": self.retry_count,
            "escalated_to": self.escalated_to,
            "reason": self.reason,
            "status": self.status,
            "action": self.action or None,
            "resolution": self.resolution or None,
            "acknowledged_by": self.acknowledged_by or None,
            "acknowledged_at": self.acknowledged_at,
            "resolved_by": self.resolved_by or None,
            "resolved_at": self.resolved_at,
            "created_at": self.created_at,
            "due_at": self.due_at,
        }
