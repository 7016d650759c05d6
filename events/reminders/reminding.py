"""Reminding of what is overdue: a row at once and one each BINDERY_DUE_HOURS, mailed after commit.

One query when there is nothing to do, so that every sweep may call it. It may be repeated, and
run by several processes at once.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from events.models import Escalation, Reminder
from events.reminders.mailing import mail_is_on, send
from workflows.lifecycle import retrying
from workflows.models import Step


class Overdue(NamedTuple):
    """A gate or escalation to act on: its last reminder was not sent, or is too old (`young` is
    false) or there is none (`number` is None)."""

    what: str
    pk: int
    group: str
    number: int | None
    unsent: int | None
    young: bool


def remind() -> int:
    """Write the reminders that are due, then mail those and what was not mailed before; answers
    how many were written."""
    if not (found := [Overdue(*row) for row in _wanting()]):
        return 0
    due = sorted(one for one in found if not one.young)
    written = _written(due) if due else []
    if mail_is_on():
        send([*(one.unsent for one in found if one.young and one.unsent), *written])
    return len(written)


def _wanting() -> Iterable[tuple[Any, ...]]:
    gates = _of(Step.objects.overdue(), "gate", "agent")
    escalations = _of(Escalation.objects.overdue(), "escalation", "escalated_to")
    both: Iterable[tuple[Any, ...]] = gates.union(escalations, all=True)
    return both


def _of(overdue: Any, what: str, group: str) -> Any:
    """The rows of an Overdue; unsent reminders only where mail can be sent."""
    since = timezone.now() - timedelta(hours=settings.BINDERY_DUE_HOURS)
    mine = Reminder.objects.filter(**{what: OuterRef("pk")}).order_by("-number")
    young = mine.filter(created_at__gt=since)
    wanted = Q(young=False)
    if mail_is_on():
        wanted |= Q(unsent__isnull=False)
    found = overdue.order_by().annotate(
        what=Value(what),
        whose=F(group),
        number=Subquery(mine.values("number")[:1]),
        unsent=Subquery(young.to_send().values("pk")[:1]),
        young=Exists(young),
    )
    return found.filter(wanted).values_list("what", "pk", "whose", "number", "unsent", "young")


@retrying
def _written(due: Iterable[Overdue]) -> list[int]:
    """The next reminder of each, committed; the ids of those that no other process wrote first."""
    written = []
    with transaction.atomic(durable=True):
        for one in due:
            row, new = Reminder.objects.get_or_create(
                **{f"{one.what}_id": one.pk},
                number=(one.number or 0) + 1,
                defaults={"group": one.group},
            )
            if new:
                written.append(row.pk)
    return written
