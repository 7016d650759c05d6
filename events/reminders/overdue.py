"""What waits for a human longer than it should: gates and escalations in one list."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Count, Max

from books.models import known_word
from events.models import Escalation, RoutingRule
from workflows.models import Step, StepStatus

REMINDED = {"times": Count("reminders"), "last_sent_at": Max("reminders__sent_at")}


def overdue(group: str = "", *, limit: int) -> list[dict[str, Any]]:
    """The longest first, of one group or of all; two queries however many there are.

    `reminders` counts those written, `reminded_at` is when the last was mailed.
    """
    gates = _told(Step.objects.overdue())
    escalations = _told(Escalation.objects.overdue().select_related("step"))
    if group:
        gates, escalations = gates.filter(agent=group), escalations.filter(escalated_to=group)
    found = [_gate(row) for row in gates[:limit]]
    found += [_escalation(row) for row in escalations[:limit]]
    return sorted(found, key=lambda one: (one["due_at"], one["kind"], one["id"]))[:limit]


def known_group(word: str) -> str:
    """A group there is, or that something waits for. Raises Unknown with the nearest right one."""
    names = set(Group.objects.values_list("name", flat=True))
    names |= set(RoutingRule.objects.values_list("escalation_target", flat=True))
    names |= set(Escalation.objects.order_by().values_list("escalated_to", flat=True).distinct())
    waiting = Step.objects.filter(status=StepStatus.AWAITING_DECISION)
    return known_word("group", word, names | set(waiting.values_list("agent", flat=True)))


def _told(rows: Any) -> Any:
    return rows.select_related("run__book").annotate(**REMINDED)


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
