"""Reading the log as it grows: every event of a stream once, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from django.db.models import F, Q
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from artifacts.models.search import Unindexed
from events.log.horizon import Horizon
from events.models import Event, EventQuerySet
from workflows.models import WorkflowRun

BATCH = 100
LAST = 10
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 1.0


class Stop(Protocol):
    """Such as a `threading.Event`."""

    def wait(self, timeout: float, /) -> bool:
        """Wait so many seconds, or until it is time to stop; whether it is."""


@dataclass(frozen=True)
class Stream:
    """Which events a reader wants: those of one run, of one type, both, or all."""

    run: WorkflowRun | None = None
    event_type: str = ""

    @property
    def rows(self) -> EventQuerySet:
        rows = Event.objects.for_json()
        if self.run:
            rows = rows.filter(run=self.run)
        return rows.filter(event_type=self.event_type) if self.event_type else rows

    def horizon(self, after: int) -> Horizon:
        return Horizon(after, run=self.run)

    def settled(self, after: int, *, further: bool = False) -> EventQuerySet:
        """Those above the id `after` that none can come before any more; where one may, it waits
        a moment for it. Read them outside a transaction.

        `further`: the reader is to begin further on. Of several bounds SQLite seeks by one alone,
        and by the wrong one would pass over all that was read before.
        """
        upto = self.horizon(after).advance_within(PATIENCE_SECONDS)
        rows = self.rows.filter(LessThanOrEqual(Unindexed(F("pk")), upto))
        above = GreaterThan(Unindexed(F("pk")), after) if further else Q(pk__gt=after)
        return rows.filter(above)

    def before_the_last(self, count: int, upto: int) -> int:
        """The id after which the last `count` come, of those that are not above `upto`."""
        last = self.rows.between(0, upto).order_by("-pk").values_list("pk", flat=True)[:count]
        return min(last, default=upto + 1) - 1


def follow(
    stream: Stream,
    *,
    stop: Stop,
    after: int | None = None,
    last: int = LAST,
    poll_seconds: float = POLL_SECONDS,
) -> Iterator[Event]:
    """The events above the id `after`, then each as it happens, until it is time to stop.

    Without `after` it begins with the last few. Between two looks no transaction is open, where
    the caller has opened none.
    """
    horizon = stream.horizon(after or 0)
    if after is None:
        after = stream.before_the_last(last, horizon.advance())
    while True:
        upto = horizon.advance()
        rows = list(stream.rows.between(after, upto)[:BATCH]) if upto > after else []
        yield from rows
        full = len(rows) == BATCH
        after = rows[-1].pk if full else max(after, upto)
        if stop.wait(0 if full else poll_seconds):
            return
