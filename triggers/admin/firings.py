"""What became of triggers, to look at."""

from django.contrib import admin

from books.admin import Many, ReadOnly
from books.admin.columns import ago, linked, tagged
from books.admin.filters import choice
from triggers.models import TriggerFiring


@admin.register(TriggerFiring)
class TriggerFiringAdmin(ReadOnly, Many):
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
    list_display = (
        "id",
        "trigger_name",
        tagged("result"),
        "why",
        linked("source_run", "source", code=True),
        linked("target_run", "started", code=True),
        ago("created_at"),
    )
    list_filter = (choice("result"),)
    list_select_related = ("source_run", "target_run")
    search_fields = ("trigger_id", "source_run__public_id", "target_run__public_id", "pk")
    search_help_text = "name of a trigger, or id of a run"
    ordering = ("-id",)

    @admin.display(description="reason")
    def why(self, firing: TriggerFiring) -> str:
        """That of one that fired is nothing that its runs do not show."""
        return "" if firing.target_run_id else firing.reason

    @admin.display(description="trigger")
    def trigger_name(self, firing: TriggerFiring) -> str:
        return firing.trigger_id
