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
        "changed_at",
        "changed_by",
    )
    list_filter = ("enabled", "trigger_condition", "source_workflow_type")
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        obj.changed_by = request.user.get_username()
        super().save_model(request, obj, form, change)

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
    list_display = ("id", "trigger_name", "came_to", "source_run", "target_run", "created_at")
    list_filter = ("result", "requested", "source_run__book")
    list_select_related = ("source_run", "target_run")
    search_fields = ("=trigger__name", "=source_run__public_id", "=target_run__public_id")
    show_full_result_count = False

    @admin.display(description="result", ordering="result")
    def came_to(self, firing: TriggerFiring) -> str:
        """The reason of one that fired is nothing that its runs do not show."""
        return firing.result if firing.target_run_id else f"{firing.result}, {firing.reason}"

    @admin.display(description="trigger", ordering="trigger_id")
    def trigger_name(self, firing: TriggerFiring) -> str:
        return firing.trigger_id
