"""What was sent back, and what became of it."""

from collections.abc import Iterable
from typing import Any

from events.dossier.selection import Selection
from events.escalations.endings import Endings
from events.models import Escalation, Event, EventType, Rejection
from workflows.models import Step


def rejected(selection: Selection) -> dict[str, list[dict[str, Any]]]:
    """Every rejection of the runs with its end, and every escalation, the oldest first."""
    told = Rejection.objects.filter(run__in=selection.runs)
    rejections = list(told.select_related("run", "step", "resolved_by_step").order_by("pk"))
    asked = Escalation.objects.filter(run__in=selection.runs)
    escalations = list(asked.select_related("run", "step").order_by("pk"))
    endings = Endings(rejections, escalations)
    reworks = _reworks(selection)
    return {
        "rejections": [
            {**_rejection(one, endings), "reworks": reworks.get(one.pk, [])} for one in rejections
        ],
        "escalations": [one.as_json() for one in escalations],
    }


def _rejection(rejection: Rejection, endings: Endings) -> dict[str, Any]:
    override = endings.override_of(rejection)
    return {
        **rejection.as_json(),
        "step_name": rejection.step.name,
        "attempt": rejection.step.attempt,
        "rejected_by": rejection.step.worker,
        "ending": endings.of(rejection),
        "passed_by": _attempt(rejection.resolved_by_step),
        "overridden": _answer(override) if override else None,
    }


def _answer(escalation: Escalation) -> dict[str, Any]:
    return {
        "escalation": escalation.pk,
        "by": escalation.resolved_by,
        "at": escalation.resolved_at,
        "resolution": escalation.resolution,
    }


def _reworks(selection: Selection) -> dict[int, list[dict[str, Any]]]:
    """By rejection, to whom it went each time, and the attempts that were made of it."""
    found: dict[int, list[dict[str, Any]]] = {}
    routed = Event.objects.filter(run__in=selection.runs, event_type=EventType.ROUTED)
    for event in routed.order_by("pk"):
        told = event.payload
        rows = (selection.step_by_id.get(one["step"]) for one in told["attempts"])
        rework = {
            "at": event.created_at,
            "handler_agent": told["handler_agent"],
            "rework_step": told["rework_step"],
            "escalation": told.get("escalation"),
            "attempts": _attempts(rows),
        }
        found.setdefault(told["rejection"], []).append(rework)
    return found


def _attempts(rows: Iterable[Step | None]) -> list[dict[str, Any]]:
    return [told for row in rows if (told := _attempt(row))]


def _attempt(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    return {
        "step": step.pk,
        "name": step.name,
        "item": step.item or None,
        "attempt": step.attempt,
        "worker": step.worker or None,
        "status": step.status,
        "finished_at": step.finished_at,
    }
