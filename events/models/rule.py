"""Who mends what, and who is asked when mending does not help."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from events.models.rejection import RejectionType
from workflows.errors import UnknownThing
from workflows.models import Step


class RuleQuerySet(models.QuerySet["RoutingRule"]):
    def numbered(self, pk: int | str) -> "RoutingRule":
        """The rule of that id. Raises UnknownThing."""
        try:
            return self.get(pk=pk)
        except (RoutingRule.DoesNotExist, ValueError, OverflowError) as error:
            raise UnknownThing(f'no rule "{pk}"; route_list shows those there are') from error

    def enabled(self) -> Self:
        return self.filter(enabled=True)

    def for_step(self, step: Step) -> Self:
        """The enabled ones that may apply where that step rejects, whatever the type."""
        here = {"workflow_type__in": ["", step.run.workflow_type], "step__in": ["", step.name]}
        return self.enabled().filter(**here)

    def for_rejection(self, step: Step, rejection_type: str) -> Self:
        """The enabled ones that may apply where that step rejects: three at most."""
        return self.for_step(step).filter(rejection_type=rejection_type)

    def at(self, rejection_type: str, workflow_type: str, step: str) -> Self:
        """The one of that rank, or none."""
        return self.filter(rejection_type=rejection_type, workflow_type=workflow_type, step=step)


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

    objects = RuleQuerySet.as_manager()

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
