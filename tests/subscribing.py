"""Webhooks, and the time between two attempts."""

from typing import Any

from events.models import Delivery, WebhookEndpoint
from events.webhooks.changing import Change, make


def subscribed(url: str, *event_types: str, book: str = "", **more: Any) -> WebhookEndpoint:
    """A webhook made by the verb."""
    return make(Change(url, event_types, book, **more), actor="ada")


def due_again() -> None:
    """All that waits for its next attempt has waited long enough."""
    for delivery in Delivery.objects.pending():
        Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=delivery.pending_since)
