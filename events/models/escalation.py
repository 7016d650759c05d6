"""What waits for a human, and the verbs its law allows."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artifacts.naming import Naming, NamingQuerySet
from events.models.rejection import RejectionType
from workflows.errors import UnknownThing
from workflows.models import Step, WorkflowRun
from workflows.stateful import StatefulModel, status_field, transition


class EscalationStatus(models.TextChoices):
    PENDING = "pending", _("pending: waits for a human")
    ACKNOWLEDGED = "acknowledged", _("acknowledged: a human took it")
    RESOLVED = "resolved", _("resolved: a human resolved it")


class EscalationAction(models.TextChoices):
    RETRY = "retry", _("retry: one more rework, counted from the start")
    OVERRIDE = "override", _("override: let it pass as it is")
    ABORT = "abort", _("abort: end the run as rejected")
    CLOSED = "closed", _("closed: the run ended first")


OPEN = (EscalationStatus.PENDING, EscalationStatus.ACKNOWLEDGED)


class EscalationQuerySet(NamingQuerySet["Escalation"]):
    def numbered(self, pk: int | str) -> "Escalation":
        """The escalation of that id with its run. Raises UnknownThing."""
        try:
            return self.select_related("run", "step").get(pk=pk)
        except (Escalation.DoesNotExist, ValueError, OverflowError) as error:
            raise UnknownThing(
                f'no escalation "{pk}"; escalation_list lists those there are'
            ) from error

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def waiting(self) -> Self:
        """The open ones, the oldest first; in the words of the indexes."""
        return self.filter(~Q(status=EscalationStatus.RESOLVED)).order_by("pk")

    def open_first(self) -> Self:
        """The open ones, then the resolved, each with the oldest first."""
        resolved = models.Case(models.When(status=EscalationStatus.RESOLVED, then=1), default=0)
        return self.order_by(resolved, "pk")

    def answered_with_retry(self) -> Self:
        """Those by which a human had it done once more, until what was rejected passes."""
        again = self.filter(action=EscalationAction.RETRY, rejections__resolved=False)
        return again.distinct().order_by("pk")

    def overdue(self) -> Self:
        """Open past their due time, the longest first."""
        return self.waiting().filter(due_at__lte=timezone.now()).order_by("due_at", "pk")


class Escalation(Naming, StatefulModel):
    """Rejections of one type, about one chapter or one run, that wait for a human."""

    names = {"run": "run__public_id"}

    run = models.ForeignKey(WorkflowRun, on_delete=models.PROTECT, related_name="escalations")
    step = models.ForeignKey(
        Step,
        on_delete=models.PROTECT,
        related_name="escalations",
        help_text=_("the review whose rejection opened it"),
    )
    item = models.CharField(max_length=500, blank=True)
    rejection_type = models.CharField(max_length=20, choices=RejectionType.choices)
    retry_count = models.PositiveIntegerField()
    escalated_to = models.CharField(max_length=100)
    reason = models.TextField()
    status = status_field(EscalationStatus, EscalationStatus.PENDING)
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
        indexes = [
            models.Index(fields=["due_at"], condition=~Q(status="resolved"), name="escalation_due"),
            models.Index(fields=["id"], condition=~Q(status="resolved"), name="escalation_open"),
            models.Index(
                fields=["escalated_to", "id"],
                condition=~Q(status="resolved"),
                name="escalation_of_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rejection_type} to {self.escalated_to}"

    @property
    def noun(self) -> str:
        return f"escalation {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @transition(status, source=EscalationStatus.PENDING, target=EscalationStatus.ACKNOWLEDGED)
    def acknowledge(self, *, by: str) -> None:
        """A human takes it, so that others need not."""
        self.acknowledged_by, self.acknowledged_at = by, timezone.now()

    @transition(status, source=OPEN, target=EscalationStatus.RESOLVED)
    def resolve(self, *, action: str, resolution: str, by: str) -> None:
        """A human says what is to be done; who calls it does it."""
        self.action, self.resolution = action, resolution
        self.resolved_by, self.resolved_at = by, timezone.now()

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "run": self.name_of("run"),
            "step": self.step_id,
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
