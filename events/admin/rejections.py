"""What was sent back, who was asked about it, and who was reminded: to look at."""

from django.contrib import admin

from books.admin import Many, ReadOnly
from books.admin.columns import ago, linked, tagged
from books.admin.filters import choice, yes_or_no
from events.models import Escalation, Rejection, Reminder


@admin.register(Rejection)
class RejectionAdmin(ReadOnly, Many):
    list_display = (
        "id",
        tagged("rejection_type", "type"),
        "item",
        linked("run", code=True),
        "rejecting_agent",
        "handler_agent",
        "retry_count",
        "resolved",
        ago("created_at"),
    )
    list_filter = (choice("rejection_type"), yes_or_no("resolved"))
    list_select_related = ("run",)
    search_fields = ("run__public_id", "pk")
    search_help_text = "id of a run or of a rejection"
    ordering = ("-id",)


@admin.register(Escalation)
class EscalationAdmin(ReadOnly, Many):
    list_display = (
        "id",
        tagged("status"),
        tagged("rejection_type", "type"),
        "item",
        linked("run", code=True),
        "escalated_to",
        ago("due_at", "due"),
        ago("created_at"),
    )
    list_filter = (choice("status"), choice("rejection_type"))
    list_select_related = ("run",)
    search_fields = ("run__public_id", "pk")
    search_help_text = "id of a run or of an escalation"
    ordering = ("-id",)


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, Many):
    list_display = (
        "id",
        linked("gate"),
        linked("escalation"),
        "number",
        "group",
        ago("created_at"),
        ago("sent_at"),
    )
    list_select_related = ("gate", "escalation")
    search_fields = ("gate", "escalation", "pk")
    search_help_text = "number of a gate or of an escalation"
    ordering = ("-id",)
