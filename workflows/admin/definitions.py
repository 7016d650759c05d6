"""Workflows, to look at; who does their steps, to change."""

from django.contrib import admin

from books.admin import ReadOnly, Rows
from books.admin.columns import ago, linked, short, tagged
from books.admin.filters import choice, looked_up
from workflows.models import AgentBinding, WorkflowDefinition


@admin.register(WorkflowDefinition)
class DefinitionAdmin(ReadOnly, Rows):
    list_display = ("type", "alias", "version", short("digest"), ago("created_at"))
    search_fields = ("type", "alias")
    ordering = ("alias", "-version")


@admin.register(AgentBinding)
class AgentBindingAdmin(Rows):
    list_display = ("agent", tagged("executor"), "in_workflows", linked("book", "for book"))
    list_filter = (choice("executor"), looked_up("book"))
    list_select_related = ("book",)
    search_fields = ("agent", "workflow_type")

    @admin.display(description="in", ordering="workflow_type")
    def in_workflows(self, binding: AgentBinding) -> str:
        return binding.workflow_type or "all workflows"
