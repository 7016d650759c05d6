"""Filters by a workflow, which has many versions."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from workflows.errors import UnknownThing
from workflows.models import WorkflowDefinition


class ByWorkflow(DropdownFilter):  # type: ignore[misc]
    """By type, all versions of it."""

    title = _("workflow")
    parameter_name = "workflow"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        newest = WorkflowDefinition.objects.newest()
        return [(one.type, f"{one.type} ({one.alias})") for one in newest]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not (chosen := self.value()):
            return rows
        try:
            return rows.filter(definition__in=WorkflowDefinition.objects.versions_of(chosen))
        except UnknownThing:
            return rows.none()


class ByWorkflowType(ByWorkflow):
    """Of rows that have the type themselves."""

    def queryset(self, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(workflow_type=chosen) if (chosen := self.value()) else rows
