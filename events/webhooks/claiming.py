"""Which deliveries this process sends now: claims, and what is put off. All by short statements;
no transaction is open when something is sent."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F
from django.utils import timezone

from events.models import Delivery, WebhookEndpoint
from workflows.lifecycle import retrying

LOOKED_AT = 200
MOST_OF_ONE = 4
"""So many attempts at one endpoint are under way in a process; a slow one has no more."""
SPARE = timedelta(seconds=60)
"""What a lease has beyond the timeout, for looking the name up and for writing down what came."""
ASLEEP = timedelta(hours=1)
"""For how long the deliveries of a disabled endpoint are not looked at again."""


@dataclass(frozen=True)
class Held:
    """A delivery that this process sends, and until when nobody else does."""

    delivery: Delivery
    endpoint: WebhookEndpoint
    until: datetime


class Due(NamedTuple):
    """A delivery whose time has come."""

    pk: int
    endpoint: int
    run: int
    blocked: bool


def take(free: int, busy: Counter[int]) -> list[Held] | None:
    """Claim up to so many due deliveries, where `busy` counts those under way by endpoint. None:
    nothing is due, but at endpoints that have as many as they may.

    What is due and cannot be sent is put off: to when the one before it is due, or the disabled
    endpoint's next hour. What an act wrote for an endpoint deleted meanwhile is deleted.
    """
    now = timezone.now()
    full = [endpoint for endpoint, count in busy.items() if count >= MOST_OF_ONE]
    if not free:
        return []
    if not (due := _due(now, full)):
        return None
    endpoints = WebhookEndpoint.objects.in_bulk({one.endpoint for one in due})
    able = {number for number, endpoint in endpoints.items() if endpoint.enabled}
    _set_aside([one.pk for one in due if one.endpoint not in able], endpoints, now)
    mine = _chosen([one for one in due if one.endpoint in able], free, busy)
    taken = _claimed(mine, now)
    for endpoint, run in {(one.endpoint, one.run) for one in due if one.blocked}:
        _put_off(endpoint, run, now)
    rows = Delivery.objects.filter(pk__in=taken).select_related("event", "run__book")
    return [
        Held(row, endpoints[row.endpoint_id], _until(now))
        for row in (rows.order_by("pk") if taken else ())
    ]


def anything_due() -> bool:
    return Delivery.objects.due(timezone.now()).exists()


def _due(now: datetime, full: Iterable[int]) -> list[Due]:
    rows = Delivery.objects.due(now).exclude(endpoint__in=full)
    told = rows.annotate(blocked=Exists(Delivery.objects.before_it()))[:LOOKED_AT]
    return [Due(*row) for row in told.values_list("pk", "endpoint_id", "run_id", "blocked")]


def _chosen(due: Iterable[Due], free: int, busy: Counter[int]) -> list[int]:
    """The first of their lines, so many as may be under way."""
    counts, chosen = Counter(busy), []
    for one in due:
        if not one.blocked and counts[one.endpoint] < MOST_OF_ONE:
            counts[one.endpoint] += 1
            chosen.append(one.pk)
    return chosen[:free]


@retrying
def _claimed(chosen: list[int], now: datetime) -> list[int]:
    """Those of them that are this process's now: of several, one moves the next attempt of each out
    of the past."""
    due = Delivery.objects.filter(next_attempt_at__lte=now)
    with transaction.atomic():
        return [
            pk
            for pk in chosen
            if due.filter(pk=pk).update(attempts=F("attempts") + 1, next_attempt_at=_until(now))
        ]


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.WEBHOOK_TIMEOUT_SECONDS) + SPARE


@retrying
def _set_aside(unable: list[int], endpoints: Iterable[int], now: datetime) -> None:
    """What is due where nothing is sent: at disabled endpoints, and those that are gone."""
    if unable:
        due = Delivery.objects.filter(pk__in=unable, next_attempt_at__lte=now)
        due.exclude(endpoint__in=endpoints).delete()
        due.update(next_attempt_at=now + ASLEEP)


@retrying
def _put_off(endpoint: int, run: int, now: datetime) -> None:
    """What waits for the first of its line is not looked at before that is due, nor before that.

    The first is held meanwhile: who ends it then makes the next one due after this, not before.
    """
    with transaction.atomic():
        line = Delivery.objects.filter(endpoint=endpoint, run=run).pending()
        first = line.order_by("event_id").select_for_update().first()
        if first and first.next_attempt_at:
            later = line.filter(event__gt=first.event_id, next_attempt_at__lte=now)
            later.update(next_attempt_at=max(first.next_attempt_at, now))
