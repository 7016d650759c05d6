"""Who is told of events, to change; what was sent, to look at and to send once more."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from books.admin import Many, ReadOnly, Rows
from books.admin.columns import ago, column, linked, tagged
from books.admin.filters import Filter, choice, looked_up, yes_or_no
from events.errors import EventsError
from events.models import Delivery, WebhookEndpoint
from events.webhooks import changing
from events.webhooks.form import WebhookForm


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(Rows):
    """A secret is shown once, in the message about what was done."""

    form = WebhookForm
    list_display = (
        "url",
        "told",
        linked("book"),
        "enabled",
        "disabled_because",
        ago("exhausted_at", "gave up"),
    )
    list_filter = (yes_or_no("enabled"), looked_up("book"))
    list_select_related = ("book",)
    search_fields = ("url",)
    readonly_fields = ("disabled_because", "exhausted_at", "made_by", "created_at", "former_until")
    actions = ("rotate",)
    keeps_in_browser = False  # an address may have a secret in it

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
class DeliveryAdmin(ReadOnly, Many):
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
        tagged("status"),
        linked("event"),
        column("webhook", lambda row: str(row.endpoint_id)),
        "attempts",
        ago("next_attempt_at", "next attempt"),
        "response_status",
        "error",
    )
    search_fields = ("run__public_id", "event", "pk")
    search_help_text = "id of a run, of an event, or of a delivery"
    list_select_related = ("event",)
    ordering = ("-id",)
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

    def get_list_filter(self, request: HttpRequest) -> tuple[Filter, ...]:
        """By webhook for those who may know its address."""
        may = request.user.has_perm("events.view_webhookendpoint")
        return (choice("status"), *([looked_up("endpoint")] if may else []))
