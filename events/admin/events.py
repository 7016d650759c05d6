"""What happened, to look at."""

from django.contrib import admin

from books.admin import Many, ReadOnly
from books.admin.columns import ago, linked, tagged
from books.admin.filters import choice
from events.models import Event


@admin.register(Event)
class EventAdmin(ReadOnly, Many):
    list_display = (
        "id",
        tagged("event_type", "event"),
        linked("run", code=True),
        linked("step"),
        "agent",
        "actor",
        ago("created_at"),
    )
    list_filter = (choice("event_type"),)
    list_select_related = ("run", "step")
    search_fields = ("run__public_id", "pk")
    search_help_text = "id of a run or of an event"
    ordering = ("-id",)
