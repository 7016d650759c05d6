"""What happened, to look at; the routing rules, to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from books.admin import ReadOnly, Rows
from events.models import Escalation, Event, Rejection, Reminder, RoutingRule
from events.rules.changing import keep
from events.rules.form import RuleForm


@admin.register(Event)
class EventAdmin(ReadOnly, Rows):
    list_display = ("id", "created_at", "event_type", "run", "step", "agent", "actor")
    list_filter = ("event_type",)
    list_select_related = ("run", "step")
    search_fields = ("=run__public_id",)
    show_full_result_count = False


@admin.register(Rejection)
class RejectionAdmin(ReadOnly, Rows):
    list_display = (
        "id",
        "run",
        "item",
        "rejection_type",
        "retry_count",
        "handler_agent",
        "resolved",
    )
    list_filter = ("rejection_type", "resolved")
    list_select_related = ("run",)
    search_fields = ("=run__public_id", "item")


@admin.register(Escalation)
class EscalationAdmin(ReadOnly, Rows):
    list_display = ("id", "run", "item", "rejection_type", "escalated_to", "status", "due_at")
    list_filter = ("status", "rejection_type")
    list_select_related = ("run",)
    search_fields = ("=run__public_id", "item")


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, Rows):
    list_display = ("id", "gate", "escalation", "number", "group", "created_at", "sent_at")
    list_filter = ("group",)
    list_select_related = ("gate", "escalation")


@admin.register(RoutingRule)
class RoutingRuleAdmin(Rows):
    form = RuleForm
    list_display = (
        "rejection_type",
        "workflow_type",
        "step",
        "handler_agent",
        "max_retries",
        "escalation_target",
        "enabled",
    )
    list_filter = ("rejection_type", "enabled")

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: RoutingRule,
        form: Any,  # noqa: ARG002
        change: Any,  # noqa: ARG002
    ) -> None:
        keep(obj)
