"""What happened, to look at; the routing rules and webhooks, to change."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from books.admin import ReadOnly, Rows
from events.errors import EventsError
from events.models import (
    Delivery,
    Escalation,
    Event,
    Rejection,
    Reminder,
    RoutingRule,
    WebhookEndpoint,
)
from events.rules.changing import keep
from events.rules.form import RuleForm
from events.webhooks import changing
from events.webhooks.form import WebhookForm


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


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(Rows):
    """A secret is shown once, in the message about what was done."""

    form = WebhookForm
    list_display = ("id", "url", "told", "book", "enabled", "disabled_because", "exhausted_at")
    list_filter = ("enabled", "book")
    list_select_related = ("book",)
    search_fields = ("url",)
    readonly_fields = ("disabled_because", "exhausted_at", "made_by", "created_at", "former_until")
    actions = ("rotate",)

    @admin.display(description="event types")
    def told(self, endpoint: WebhookEndpoint) -> str:
        return ", ".join(endpoint.event_types) or "all"

    def save_model(
        self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: Any
    ) -> None:
        if change:
            changing.put(WebhookEndpoint.objects.numbered(obj.pk), form.change)
            return
        made = changing.make(form.change, actor=request.user.get_username())
        obj.pk = made.pk
        if made.secret:
            self._show(request, made)

    def delete_model(self, request: HttpRequest, obj: WebhookEndpoint) -> None:  # noqa: ARG002
        changing.delete(obj)

    def delete_queryset(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[WebhookEndpoint],
    ) -> None:
        for endpoint in queryset.select_related("book"):
            changing.delete(endpoint)

    @admin.action(description="Rotate the secret", permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for endpoint in queryset:
            try:
                self._show(request, changing.rotate(endpoint))
            except EventsError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)

    def _show(self, request: HttpRequest, endpoint: WebhookEndpoint) -> None:
        said = f"The secret of {endpoint}, which is shown only now: {endpoint.secret}"
        self.message_user(request, said, messages.WARNING)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, Rows):
    """By the numbers of event and webhook: there are many, and the webhook may be gone."""

    fields = (
        "event",
        "run",
        "endpoint_id",
        "status",
        "attempts",
        "pending_since",
        "next_attempt_at",
        "ended_at",
        "response_status",
        "error",
    )
    list_display = (
        "id",
        "event_id",
        "endpoint_id",
        "status",
        "attempts",
        "next_attempt_at",
        "response_status",
        "error",
    )
    list_filter = ("status", "endpoint")
    search_fields = ("=run__public_id",)
    show_full_result_count = False
    actions = ("redeliver",)

    @admin.action(description="Send once more", permissions=["redeliver"])
    def redeliver(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        for delivery in queryset:
            try:
                changing.redeliver(delivery)
            except EventsError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_delivery")
