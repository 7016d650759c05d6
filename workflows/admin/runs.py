"""Runs and steps, to look at: they move through the lifecycle alone."""

from django.contrib import admin

from books.admin import Inline, Many, ReadOnly
from books.admin.columns import ago, linked, tagged
from books.admin.filters import choice, looked_up
from workflows.admin.filters import ByWorkflow
from workflows.models import Step, WorkflowRun


class StepRows(ReadOnly, Inline):
    model = Step
    fields = ("name", "item", "attempt", "status", "agent", "worker", "started_at", "finished_at")
    show_change_link = True


@admin.register(WorkflowRun)
class RunAdmin(ReadOnly, Many):
    list_display = (
        "public_id",
        "workflow",
        linked("book"),
        tagged("status"),
        "now_at",
        ago("created_at"),
        ago("finished_at"),
    )
    list_filter = (choice("status"), ByWorkflow, looked_up("book"))
    list_select_related = ("definition", "book")
    search_fields = ("public_id", "book__slug", "book__title")
    search_help_text = "id of a run, slug or whole title of a book"
    ordering = ("-id",)
    inlines = (StepRows,)

    @admin.display(description="workflow")
    def workflow(self, run: WorkflowRun) -> str:
        return run.definition.alias

    @admin.display(description="now at")
    def now_at(self, run: WorkflowRun) -> str:
        """The step it stands at and whose; how it ended."""
        if run.has_ended:
            return run.outcome
        return f"{run.current_step} · {run.current_agent}" if run.current_step else "-"


@admin.register(Step)
class StepAdmin(ReadOnly, Many):
    list_display = (
        "name",
        "item",
        "attempt",
        tagged("status"),
        linked("run", code=True),
        "agent",
        "worker",
        ago("created_at"),
    )
    list_filter = (choice("status"),)
    list_select_related = ("run",)
    search_fields = ("run__public_id", "agent", "name", "pk")
    search_help_text = "run, agent, name or number"
    ordering = ("-id",)
    exclude = ("lease",)
