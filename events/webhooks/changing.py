"""The webhooks: what a sound one is, and the ways to make, change, rotate and delete one."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from books.models import Book, known_word
from events.errors import CannotRedeliver, WebhookRefused
from events.models import Delivery, DeliveryStatus, EventType, WebhookEndpoint
from events.reminders.mailing import mail_is_on
from events.webhooks.addresses import is_private_number
from events.webhooks.signing import new_secret
from workflows.errors import UnknownThing
from workflows.lifecycle import retrying

LONGEST_URL = 2000
OVERLAP = timedelta(hours=24)
PIECE = 5000


@dataclass(frozen=True)
class Change:
    """What a webhook is to say. None keeps what it says, or takes the default of a new one; an
    empty book is all books, no event types are all of them."""

    url: str | None = None
    event_types: Sequence[str] | None = None
    book: str | None = None
    enabled: bool | None = None


def make(change: Change, *, actor: str) -> WebhookEndpoint:
    """A new webhook. Its `secret` is to be shown now, and never again; one by mail has none.

    Raises WebhookRefused or Unknown when it would not be sound.
    """
    endpoint = WebhookEndpoint(made_by=actor)
    _apply(endpoint, change)
    endpoint.secret = "" if endpoint.by_mail else new_secret()
    endpoint.save()
    return endpoint


def put(endpoint: WebhookEndpoint, change: Change) -> WebhookEndpoint:
    """Change a webhook. What was recorded for it stays as it was; enabled again, it gets what it
    had not got yet, with a day anew. Raises WebhookRefused or Unknown."""
    enabled = endpoint.enabled
    _apply(endpoint, change)
    with transaction.atomic():
        if endpoint.enabled and not enabled:
            endpoint.disabled_because = ""
            now = timezone.now()
            kept = Delivery.objects.filter(endpoint=endpoint).pending()
            kept.update(next_attempt_at=now, pending_since=now)
        _save(endpoint, "url", "event_types", "book", "enabled", "disabled_because")
    return endpoint


def rotate(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """A new `secret`, to be shown now and never again; the one before signs too for a day.

    Raises WebhookRefused where mails are sent, which nothing signs.
    """
    if endpoint.by_mail:
        raise WebhookRefused(f"{endpoint} sends mails, which have no signature")
    endpoint.former_secret, endpoint.secret = endpoint.secret, new_secret()
    endpoint.former_until = timezone.now() + OVERLAP
    _save(endpoint, "secret", "former_secret", "former_until")
    return endpoint


def delete(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Delete a webhook with all its deliveries, these piece by piece, since there may be millions;
    answers what it said. One that was broken off in the middle is disabled, and may be deleted
    again."""
    said, number = endpoint.as_json(), endpoint.pk
    WebhookEndpoint.objects.filter(pk=number).update(enabled=False)
    mine = Delivery.objects.filter(endpoint=number)
    while piece := list(mine.values_list("pk", flat=True)[:PIECE]):
        mine.filter(pk__in=piece).delete()
    WebhookEndpoint.objects.filter(pk=number).delete()
    return {**said, "deleted": True}


@retrying
def redeliver(delivery: Delivery) -> Delivery:
    """Send what has ended once more, under the same webhook-id, with a day anew. It is sent after
    what is pending before it in its run. Raises CannotRedeliver."""
    if not WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, enabled=True).exists():
        raise CannotRedeliver(f"webhook {delivery.endpoint_id} is disabled: enable it first")
    now = timezone.now()
    ended = Delivery.objects.filter(pk=delivery.pk, next_attempt_at=None)
    again = {"status": DeliveryStatus.PENDING, "next_attempt_at": now, "pending_since": now}
    if not ended.update(**again, attempts=0, ended_at=None, response_status=None, error=""):
        raise CannotRedeliver(f"{delivery} is pending already")
    return Delivery.objects.numbered(delivery.pk)


def _save(endpoint: WebhookEndpoint, *fields: str) -> None:
    """Those fields alone: others are written by who delivers. Raises UnknownThing where another has
    just deleted it."""
    said = {field: getattr(endpoint, field) for field in fields}
    if not WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**said):
        raise UnknownThing(f"another has just deleted {endpoint}")


def _apply(endpoint: WebhookEndpoint, change: Change) -> None:
    """Raises WebhookRefused or Unknown where it would not be sound then."""
    by_mail = endpoint.by_mail
    if change.event_types is not None:
        endpoint.event_types = list(dict.fromkeys(change.event_types))
    if change.book is not None:
        endpoint.book = Book.objects.named(change.book) if change.book else None
    if change.enabled is not None:
        endpoint.enabled = change.enabled
    if change.url is not None:
        endpoint.url = change.url
    for word in endpoint.event_types:
        known_word("event type", word, EventType.values)
    check_url(endpoint.url)
    if endpoint.pk and endpoint.by_mail != by_mail:
        raise WebhookRefused("a webhook stays what it is, https or mailto: make another")


def check_change(endpoint: WebhookEndpoint, change: Change) -> None:
    """Raises as the change would; nothing is changed."""
    _apply(copy(endpoint), change)


def check_url(url: str) -> None:
    """Raises WebhookRefused, saying what would be right."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise WebhookRefused(
            f"the url is not of at most {LONGEST_URL} ASCII characters without spaces; "
            "others are percent-encoded, and names of hosts written as xn--…"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WebhookRefused(f"the url is none: {error}") from error
    if parts.scheme == "mailto":
        _check_mail(url)
    elif parts.scheme == "https" or (parts.scheme == "http" and settings.WEBHOOK_ALLOW_PRIVATE):
        _check_place(parts, port)
    else:
        raise WebhookRefused(f'the url is not https:// or mailto:, but "{parts.scheme}"')


def _check_mail(url: str) -> None:
    address = url.removeprefix("mailto:")
    try:
        validate_email(address)
    except ValidationError as error:
        raise WebhookRefused(
            f'"{address}" is not one mail address; one looks like mailto:ada@example.org'
        ) from error
    if not mail_is_on():
        raise WebhookRefused("there is no mail server to send mails by: set EMAIL_URL")


def _check_place(parts: SplitResult, port: int | None) -> None:
    host = (parts.hostname or "").rstrip(".")
    if not host or port == 0:
        raise WebhookRefused("the url names no host; one looks like https://example.org/hook")
    if parts.username is not None or parts.password is not None:
        raise WebhookRefused("the url holds a user or password: receivers check the signature")
    if parts.fragment:
        raise WebhookRefused("the url has a fragment (#…), which is never sent")
    local = host == "localhost" or host.endswith(".localhost")
    if not settings.WEBHOOK_ALLOW_PRIVATE and (local or is_private_number(host)):
        raise WebhookRefused(f"{host} is no public address; WEBHOOK_ALLOW_PRIVATE allows it")
