"""What a trigger would have started, had it been there: planned first, then done as planned."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from books.models import Book
from events.models import Event, EventType
from triggers.engine import Plan, fire_late, plan
from triggers.errors import TriggerRefused
from triggers.models import Condition, Result, TriggerFiring, WorkflowTrigger
from triggers.requests import refuse_disabled
from triggers.source import Source
from workflows.lifecycle import moving, retrying
from workflows.models import RunStatus, WorkflowRun

BATCH = 200


@dataclass(frozen=True)
class Past:
    """Which completed runs are looked at: those a trigger takes, oldest first, that have no firing
    of it; of one book and span of time where they are given. At most `limit` are to fire."""

    trigger: WorkflowTrigger
    book: Book | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50


@dataclass
class Backfill:
    """What is to be started, and what does not fit, counted by the clause that decided."""

    past: Past
    plans: list[Plan] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    more: bool = False

    @property
    def digest(self) -> str:
        """Of all that will be done; as long as it is the same, so is the plan."""
        told = [self.past.trigger.said, [one.as_json() for one in self.plans]]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {
            "trigger": self.past.trigger.name,
            "digest": self.digest,
            "plan": [one.as_json() for one in self.plans],
            "passed_over": dict(self.passed_over),
            "more": self.more,
        }


def planned(past: Past) -> Backfill:
    """What `do` would do. Does nothing. Raises TriggerRefused for a trigger that never fires of
    itself."""
    refuse_disabled(past.trigger)
    if past.trigger.trigger_condition == Condition.MANUAL:
        raise TriggerRefused(f"trigger {past.trigger} is manual: trigger_fire asks it, run by run")
    found = Backfill(past)
    for run in _candidates(past):
        one = plan(past.trigger, Source(run, [past.trigger]))
        if one.result == Result.SKIPPED:
            found.passed_over[one.verdict.clause] += 1
        elif len(found.plans) < past.limit:
            found.plans.append(one)
        else:
            found.more = True
            break
    return found


def do(past: Past, digest: str, *, actor: str) -> dict[str, Any]:
    """Fire for every run of the plan of that digest, each in a transaction of its own, as if the
    trigger had been there when it completed. May be repeated from a new plan, also after it died.

    Raises TriggerRefused when the plan has become another, also in the middle, where the trigger is
    changed meanwhile. The storm brake ends it early.
    """
    found = planned(past)
    if found.digest != digest:
        raise TriggerRefused(
            f"the plan has changed: it is {found.digest} now; look at it, then do that"
        )
    firings = [_fire(one, actor=actor) for one in found.plans]
    done = [firing.as_json() for firing in firings if firing]
    return {"trigger": past.trigger.name, "firings": done, "left": len(firings) - len(done)}


@retrying
def _fire(one: Plan, *, actor: str) -> TriggerFiring | None:
    """None where it does not fit any more, or another was faster."""
    with moving(one.source.run.pk, actor=actor) as run:
        Book.objects.lock(run.book)  # as when it completed: one at a time for each book
        trigger = WorkflowTrigger.objects.named(one.trigger.name)
        if trigger.said != one.trigger.said:
            raise TriggerRefused(f"trigger {trigger} was changed meanwhile; plan the rest again")
        event = Event.objects.get(run=run, event_type=EventType.COMPLETED, step=None)
        if TriggerFiring.objects.of(trigger.name).filter(event=event).exists():
            return None
        event.run = run
        return fire_late(trigger, event, actor=actor)


def _candidates(past: Past) -> Iterator[WorkflowRun]:
    """In the order they completed."""
    numbers = list(_undecided(past).values_list("pk", flat=True))
    if len(past.trigger.sources) > 1:
        last = _last_of_each_version(past.trigger)
        numbers = [number for number in numbers if number in last]
    for start in range(0, len(numbers), BATCH):
        rows = WorkflowRun.objects.with_all().select_related("book__setting")
        batch = rows.in_bulk(numbers[start : start + BATCH])
        yield from (batch[number] for number in numbers[start : start + BATCH])


def _undecided(past: Past) -> QuerySet[WorkflowRun]:
    fired = TriggerFiring.objects.of(past.trigger.name)
    decided = fired.filter(source_run=OuterRef("pk"), requested=False)
    asked = {"book": past.book, "finished_at__gte": past.since, "finished_at__lt": past.until}
    given = {name: value for name, value in asked.items() if value is not None}
    return _completed(past.trigger).filter(~Exists(decided), **given)


def _last_of_each_version(trigger: WorkflowTrigger) -> set[int]:
    """Where several sources come together, only what completed last for a version could fire; also
    where it lies outside of what is looked at, or did not fire."""
    came_of = Coalesce("output_version", "input_version")
    return set(dict(_completed(trigger).values_list(came_of, "pk")).values())


def _completed(trigger: WorkflowTrigger) -> QuerySet[WorkflowRun]:
    """The runs that it takes, in the order they completed."""
    runs = WorkflowRun.objects.filter(
        status=RunStatus.COMPLETED, definition__type__in=trigger.sources
    )
    return runs.order_by("finished_at", "pk")
