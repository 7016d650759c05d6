"""What waits for a human longer than it should: gates and escalations in one list."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Count, Max

from books.models import known_word
from events.inbox.groups import waited_for
from events.models import Escalation, RoutingRule
from workflows.models import Step

ORDER = ("due_at", "pk")
REMINDED = {"times": Count("reminders"), "last_sent_at": Max("reminders__sent_at")}


def overdue(group: str = "", *, limit: int) -> list[dict[str, Any]]:
    """The longest first, of one group or of all; two queries however many there are.

    `reminders` counts those written, `reminded_at` is when the last was mailed.
    """
    gates, escalations = Step.objects.overdue(), Escalation.objects.overdue()
    if group:
        gates, escalations = gates.filter(agent=group), escalations.filter(escalated_to=group)
    found = [_gate(row) for row in _told(gates, limit)]
    found += [_escalation(row) for row in _told(escalations, limit).select_related("step")]
    return sorted(found, key=lambda one: (one["due_at"], one["kind"], one["id"]))[:limit]


def known_group(word: str) -> str:
    """A group there is, or that something waits for. Raises Unknown with the nearest right one."""
    names = set(Group.objects.values_list("name", flat=True))
    names |= set(RoutingRule.objects.values_list("escalation_target", flat=True))
    names = names.union(*waited_for().values())
    return known_word("group", word, names)


def _told(rows: Any, limit: int) -> Any:
    """The first of them, before anything is counted: else all are read and put in order."""
    first = rows.model.objects.filter(pk__in=rows.values("pk")[:limit])
    return first.order_by(*ORDER).select_related("run__book").annotate(**REMINDED)


def _gate(row: Any) -> dict[str, Any]:
    return {"kind": "gate", **_common(row), "step": row.name, "group": row.agent, **_when(row)}


def _escalation(row: Any) -> dict[str, Any]:
    return {
        "kind": "escalation",
        **_common(row),
        "step": row.step.name,
        "group": row.escalated_to,
        **_when(row),
    }


def _common(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "run": row.run.public_id,
        "book": row.run.book.slug,
        "item": row.item or None,
    }


def _when(row: Any) -> dict[str, Any]:
    return {"due_at": row.due_at, "reminded_at": row.last_sent_at, "reminders": row.times}
