"""Triggers, to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from books.admin import Rows
from books.admin.columns import ago, tagged
from books.admin.filters import choice, yes_or_no
from triggers.form import TriggerForm
from triggers.models import WorkflowTrigger


@admin.register(WorkflowTrigger)
class WorkflowTriggerAdmin(Rows):
    form = TriggerForm
    list_display = (
        "name",
        "source_workflow_type",
        "target_workflow_type",
        tagged("trigger_condition", "fires"),
        "enabled",
        ago("changed_at"),
        "changed_by",
    )
    list_filter = (yes_or_no("enabled"), choice("trigger_condition"))
    search_fields = ("name", "source_workflow_type", "target_workflow_type")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        obj.changed_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A trigger keeps its name: its firings know it by that."""
        return ("name",) if obj else ()
