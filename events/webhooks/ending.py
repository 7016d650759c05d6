"""What comes of an attempt, in the rows: delivered, tried again later, or given up."""

import logging
import random
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.models import Delivery, DeliveryStatus, WebhookEndpoint
from events.webhooks.claiming import Held
from events.webhooks.retrying import next_delay
from events.webhooks.sending import GONE, Attempt
from workflows.lifecycle import retrying

ERROR_LENGTH = 200
log = logging.getLogger(__name__)


@retrying
def record(held: Held, attempt: Attempt) -> bool:
    """Write down what came of it; whether it was delivered.

    Where the lease ran out and another process took the delivery up, that one's word counts.
    """
    now = timezone.now()
    fields = _outcome(held.delivery, attempt, now)
    mine = Delivery.objects.filter(pk=held.delivery.pk, next_attempt_at=held.until)
    with transaction.atomic():
        if not mine.update(**fields):
            return False
        if fields["status"] != DeliveryStatus.PENDING:
            _release_next(held.delivery, now)
        if fields["status"] == DeliveryStatus.EXHAUSTED:
            _note_trouble(held, attempt, now)
    return not attempt.error


def _outcome(delivery: Delivery, attempt: Attempt, now: datetime) -> dict[str, Any]:
    came: dict[str, Any] = {
        "response_status": attempt.status,
        "error": " ".join(attempt.error.split())[:ERROR_LENGTH],
    }
    if not attempt.error:
        return {**came, **_ended(DeliveryStatus.DELIVERED, now)}
    delay = next_delay(
        delivery.attempts,
        now - delivery.pending_since,
        chance=random.random(),  # noqa: S311
        asked=attempt.wait,
    )
    if delay is None or attempt.status == GONE:
        return {**came, **_ended(DeliveryStatus.EXHAUSTED, now)}
    return {**came, "status": DeliveryStatus.PENDING, "next_attempt_at": now + delay}


def _ended(status: DeliveryStatus, now: datetime) -> dict[str, Any]:
    return {"status": status, "next_attempt_at": None, "ended_at": now}


def _release_next(delivery: Delivery, now: datetime) -> None:
    """The one that waited for it may go at once."""
    following = Delivery.objects.of_line(delivery).pending().order_by("event_id").values("pk")[:1]
    Delivery.objects.filter(pk__in=list(following.values_list("pk", flat=True))).update(
        next_attempt_at=now
    )


def _note_trouble(held: Held, attempt: Attempt, now: datetime) -> None:
    """For the notice, which the next sweep mails; 410 Gone asks to be told nothing more."""
    trouble: dict[str, Any] = {"exhausted_at": now}
    if attempt.status == GONE:
        trouble |= {"enabled": False, "disabled_because": "it answered 410 Gone"}
    WebhookEndpoint.objects.filter(pk=held.endpoint.pk).update(**trouble)
    log.warning("%s: gave up %s: %s", held.endpoint, held.delivery, attempt.error)
