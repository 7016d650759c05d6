"""What was sent back, and how often."""

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from artifacts.naming import Naming, NamingQuerySet
from events.models.event import Event
from workflows.models import Step, WorkflowRun


class RejectionType(models.TextChoices):
    STYLE = "style", _("style: how it is written")
    MECHANICS = "mechanics", _("mechanics: whether its rules work")
    CLARITY = "clarity", _("clarity: whether it is understood")
    SCOPE = "scope", _("scope: whether it belongs here")


class RejectionQuerySet(NamingQuerySet["Rejection"]):
    def open(self) -> Self:
        return self.filter(resolved=False)

    def newest_of(self, run: WorkflowRun) -> Self:
        """Those of a run with the steps they know, the newest first."""
        rows = self.filter(run=run).select_related("step", "resolved_by_step")
        return rows.order_by("-pk")

    def for_item(self, item: str) -> Self:
        """Those about one chapter, and those about the whole run."""
        return self.filter(item__in=["", item])

    def raised_by(self, step: Step) -> Self:
        """Those of any attempt at the same step and item."""
        mine = self.filter(run=step.run, step__name=step.name)
        return mine.filter(item=step.item) if step.item else mine

    def counts(self, run: WorkflowRun, items: Collection[str], rejection_type: str) -> Any:
        """How many of that type count against each of these items, by item; none where absent."""
        about = self.filter(run=run, item__in=items, rejection_type=rejection_type, counted=True)
        return dict(about.order_by().values_list("item").annotate(Count("pk")))

    def bearing_on(self, run: WorkflowRun, items: Collection[str]) -> dict[str, list[int]]:
        """The ids of the open ones that bear on each item: its own and those about the whole run;
        for the empty item all of the run's."""
        about = self.open().filter(run=run)
        if "" not in items:
            about = about.filter(item__in=["", *items])
        found = list(about.order_by("pk").values_list("pk", "item"))
        return {
            item: [pk for pk, whose in found if not item or whose in ("", item)] for item in items
        }


class Rejection(Naming):
    """One chapter, or one run, sent back once."""

    names = {"run": "run__public_id"}

    run = models.ForeignKey(WorkflowRun, on_delete=models.PROTECT, related_name="rejections")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="rejections")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="rejections")
    escalation = models.ForeignKey(
        "events.Escalation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rejections",
        help_text=_("what it opened or joined; null where it was routed"),
    )
    item = models.CharField(max_length=500, blank=True)
    rejecting_agent = models.CharField(max_length=100)
    rejection_type = models.CharField(max_length=20, choices=RejectionType.choices)
    reason = models.TextField()
    passages = models.JSONField(default=list, blank=True)
    retry_count = models.PositiveIntegerField()
    counted = models.BooleanField(
        default=True, help_text=_("still counts: no escalation about it was answered by a retry")
    )
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
            models.Index(
                fields=["run", "item"], condition=Q(resolved=False), name="rejection_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rejection_type}: {self.reason[:60]}"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "run": self.name_of("run"),
            "step": self.step_id,
            "item": self.item or None,
            "rejection_type": self.rejection_type,
            "reason": self.reason,
            "passages": self.passages,
            "rejecting_agent": self.rejecting_agent,
            "retry_count": self.retry_count,
            "handler_agent": self.handler_agent or None,
            "escalation": self.escalation_id,
            "resolved": self.resolved,
            "resolved_by_step": self.resolved_by_step_id,
            "created_at": self.created_at,
        }
