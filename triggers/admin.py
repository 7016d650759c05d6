"""Triggers, to change; what became of them, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from books.admin import ReadOnly, Rows
from triggers.form import TriggerForm
from triggers.models import TriggerFiring, WorkflowTrigger


@admin.register(WorkflowTrigger)
class WorkflowTriggerAdmin(Rows):
    form = TriggerForm
    list_display = (
        "name",
        "source_workflow_type",
        "target_workflow_type",
        "trigger_condition",
        "enabled",
    )
    list_filter = ("enabled", "trigger_condition", "source_workflow_type")
    search_fields = ("name",)

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A trigger keeps its name: its firings know it by that."""
        return ("name",) if obj else ()


@admin.register(TriggerFiring)
class TriggerFiringAdmin(ReadOnly, Rows):
    """By the name of its trigger, which may be gone."""

    fields = (
        "trigger_name",
        "result",
        "reason",
        "requested",
        "actor",
        "source_run",
        "event",
        "target_run",
        "joined_version",
        "terms",
        "created_at",
    )
    list_display = ("id", "created_at", "trigger_name", "source_run", "result", "target_run")
    list_filter = ("result",)
    list_select_related = ("source_run", "target_run")
    search_fields = ("=trigger__name", "=source_run__public_id", "=target_run__public_id")
    show_full_result_count = False

    @admin.display(description="trigger", ordering="trigger_id")
    def trigger_name(self, firing: TriggerFiring) -> str:
        return firing.trigger_id
