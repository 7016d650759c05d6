"""The routing rules, to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from books.admin import Rows
from books.admin.columns import tagged
from books.admin.filters import choice, yes_or_no
from events.models import RoutingRule
from events.rules.changing import keep
from events.rules.form import RuleForm


@admin.register(RoutingRule)
class RoutingRuleAdmin(Rows):
    form = RuleForm
    list_display = (
        tagged("rejection_type"),
        "workflow_type",
        "step",
        "handler_agent",
        "max_retries",
        "escalation_target",
        "enabled",
    )
    list_filter = (choice("rejection_type"), yes_or_no("enabled"))
    search_fields = ("workflow_type", "step", "handler_agent", "escalation_target")

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: RoutingRule,
        form: Any,  # noqa: ARG002
        change: Any,  # noqa: ARG002
    ) -> None:
        keep(obj)
