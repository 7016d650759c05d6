"""What happened in all, without counting all of it each time.

A log of ten million events takes seconds to count. It is append-only, so that what was counted
once stays true: totals are kept (`Tally`) with the id up to which they hold, and each time only
the events since are read. So the totals are those of all processes, and outlive them.
"""

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from config.models import Tally
from events.log.horizon import Horizon
from events.models import Event, EventType, Rejection
from workflows.models import RunStatus

BATCH = 20_000  # ids counted in one transaction
CLAIMS, REJECTIONS, ENDED = "claims", "rejections", "ended"
COUNTED = "counted"
"""The tally whose total is the id of the last event that was counted."""
ENDS = {
    EventType.COMPLETED: RunStatus.COMPLETED,
    EventType.FAILED: RunStatus.FAILED,
    EventType.CANCELLED: RunStatus.FAILED,
}
Key = tuple[str, str, str]
"""Name, label and status of a tally."""


def totals() -> dict[Key, int]:
    """What was counted so far."""
    rows = Tally.objects.exclude(name=COUNTED).values_list("name", "label", "status", "total")
    return {(name, label, status): total for name, label, status, total in rows}


def catch_up(seconds: float) -> int:
    """Count what happened since the last time, one batch and then for so long; how many ids are
    left to count."""
    end = time.monotonic() + seconds
    marks = Tally.objects.filter(name=COUNTED).values_list("total", flat=True)
    mark = marks.first() or 0
    settled = Horizon(mark).advance()
    while mark < settled:
        mark = _count_on(settled)
        if time.monotonic() > end:
            break
    return max(0, settled - mark)


def _count_on(settled: int) -> int:
    """Count one batch; the id up to which all is counted then."""
    with transaction.atomic():
        Tally.objects.get_or_create(name=COUNTED)
        mark = Tally.objects.select_for_update().get(name=COUNTED)
        upto = min(settled, mark.total + BATCH)
        if upto > mark.total:
            _add(_happened(mark.total, upto))
            mark.total = upto
            mark.save(update_fields=["total"])
        return mark.total


def _happened(after: int, upto: int) -> Counter[Key]:
    events = Event.objects.between(after, upto).order_by()
    claims = events.filter(event_type=EventType.STARTED, step__isnull=False)
    ends = events.filter(event_type__in=ENDS, step=None)
    rejections = Rejection.objects.filter(event__gt=after, event__lte=upto).order_by()
    found: Counter[Key] = Counter()
    for agent, times in _by(claims, "agent"):
        found[CLAIMS, agent, ""] += times
    for workflow_type, event_type, times in _by(ends, "run__definition__type", "event_type"):
        found[ENDED, workflow_type, ENDS[event_type]] += times
    for rejection_type, times in _by(rejections, "rejection_type"):
        found[REJECTIONS, rejection_type, ""] += times
    return found


def _by(rows: QuerySet[Any], *fields: str) -> Iterable[tuple[Any, ...]]:
    found: Iterable[tuple[Any, ...]] = rows.values_list(*fields).annotate(Count("pk"))
    return found


def _add(found: Counter[Key]) -> None:
    """Under the lock of the mark, so that nobody adds meanwhile."""
    known = Counter(totals())
    rows = [
        Tally(name=key[0], label=key[1], status=key[2], total=known[key] + times)
        for key, times in found.items()
    ]
    Tally.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["name", "label", "status"],
        update_fields=["total"],
    )
