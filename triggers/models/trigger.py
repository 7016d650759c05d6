"""When runs of one workflow start runs of another."""

from typing import Any, Self

from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from books.errors import unknown
from books.models.rules import SLUG


class Condition(models.TextChoices):
    ON_COMPLETE = "on_complete", _("on complete: when the source run completes")
    ON_APPROVE = "on_approve", _("on approve: when it completes and a gate in it was approved")
    MANUAL = "manual", _("manual: only on request")


class TriggerQuerySet(models.QuerySet["WorkflowTrigger"]):
    def named(self, name: str) -> "WorkflowTrigger":
        """The trigger of that name. Raises Unknown with the nearest right one."""
        if trigger := self.filter(name=name).first():
            return trigger
        raise unknown("trigger", name, self.values_list("name", flat=True))

    def taking(self, workflow_type: str) -> list["WorkflowTrigger"]:
        """Those for which a run of that type is a source, by themselves or with others; one query,
        in the order they were made."""
        may = self.filter(Q(source_workflow_type=workflow_type) | Q(config__has_key="with"))
        return [trigger for trigger in may.order_by("pk") if workflow_type in trigger.sources]

    def listening(self) -> Self:
        """Those that fire of themselves."""
        return self.filter(enabled=True).exclude(trigger_condition=Condition.MANUAL)

    def lock(self, name: str) -> None:
        """Let nobody else fire or change it until the transaction ends."""
        if connections[self.db].features.has_select_for_update:
            self.select_for_update(no_key=True).filter(name=name).values_list("pk").first()


class WorkflowTrigger(models.Model):
    """When a run of one workflow has ended, start one of another. Keys of `config`:
    docs/workflows/triggers.md."""

    name = models.CharField(max_length=100, unique=True, validators=[SLUG])
    source_workflow_type = models.CharField(max_length=64)
    target_workflow_type = models.CharField(max_length=64)
    trigger_condition = models.CharField(
        max_length=20, choices=Condition.choices, default=Condition.ON_COMPLETE
    )
    enabled = models.BooleanField(default=True)
    config = models.JSONField(default=dict, blank=True)
    changed_by = models.CharField(max_length=200, blank=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = TriggerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(trigger_condition__in=Condition.values), name="known_trigger_condition"
            ),
        ]
        indexes = [
            models.Index(fields=["source_workflow_type", "enabled"], name="trigger_by_source"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sources(self) -> tuple[str, ...]:
        """The workflow types whose runs it takes: its source, then those named by `with`; the
        source alone where that is no list, so that it is the firing that tells of it."""
        joined = self.config.get("with") if isinstance(self.config, dict) else None
        return (self.source_workflow_type, *map(str, joined if isinstance(joined, list) else ()))

    @property
    def said(self) -> dict[str, Any]:
        """All that decides what it does."""
        return {
            "name": self.name,
            "source_workflow_type": self.source_workflow_type,
            "target_workflow_type": self.target_workflow_type,
            "trigger_condition": self.trigger_condition,
            "enabled": self.enabled,
            "config": self.config,
        }

    def as_json(self) -> dict[str, Any]:
        return {**self.said, "changed_by": self.changed_by or None, "changed_at": self.changed_at}
