"""How far the log of events is settled: up to there nothing appears any more.

On PostgreSQL an id is taken before its transaction commits, so that 8 may be seen before 7. A
reader that went on from 8 would never see 7. So it stops before the gap, until whoever may have
taken 7 has ended: then 7 is there, or will never be.

Who may have taken it is told by the lock that PostgreSQL holds on a table for everyone who
writes to it, from before the INSERT takes its id until the transaction has ended and can be
seen. What matters is the order: read the ids, then look who writes. Whoever took a lower id than
one that was read took it earlier, and so either has ended or is among them. Transactions that
write no events, however long, hold up nobody.

Nothing of this is needed where writers come one after the other: on SQLite, and within one run,
whose row every writer locks first (`workflows/lifecycle.py`). There the highest id will do.
"""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max

from events.models import Event
from workflows.models import WorkflowRun

MOST = 1000  # ids in one query
CLOCKS = timedelta(minutes=1)  # by which the clocks of servers may differ
PAUSE_SECONDS = 0.02

# Who writes events: a transaction's name, and since when it is open. Null where this may not be
# known: a transaction that is prepared, or of another user of the database.
WRITERS = """
SELECT held.virtualtransaction, activity.xact_start
FROM pg_locks AS held LEFT JOIN pg_stat_activity AS activity USING (pid)
WHERE held.locktype = 'relation'
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND held.relation = 'events_event'::regclass
  AND held.mode = 'RowExclusiveLock' AND held.granted
  AND held.pid IS DISTINCT FROM pg_backend_pid()
"""


@dataclass(frozen=True)
class Halt:
    """Everything up to `upto` is settled once none of `writers` is open any more."""

    upto: int
    writers: frozenset[str]


class Horizon:
    """How far the log, or one run's part of it, is settled above the id `after`.

    Read events only after `advance`, and outside a transaction that holds on to what it saw.
    """

    def __init__(self, after: int = 0, *, run: WorkflowRun | None = None) -> None:
        self.settled = after
        self._rows = Event.objects.filter(run=run) if run else Event.objects.all()
        self._in_order = run is not None or connection.vendor != "postgresql"
        self._begun = False
        self._halt: Halt | None = None

    @property
    def halted(self) -> bool:
        """Whether there are ids further on, behind a gap that may yet be filled."""
        return self._halt is not None

    def advance(self) -> int:
        """Look again; the id up to which all is settled. It never goes back."""
        if self._in_order:
            self.settled = max(self.settled, self._highest())
            return self.settled
        if not self._begun:
            self._begin()
        elif self._halt:
            self._settle(self._halt, open_writers())
        while self._walk():
            pass
        return self.settled

    def advance_within(self, seconds: float) -> int:
        """Look again, and where a gap is in the way keep looking for so long."""
        end = time.monotonic() + seconds
        self.advance()
        while self.halted and time.monotonic() < end:
            time.sleep(PAUSE_SECONDS)
            self.advance()
        return self.settled

    def _highest(self) -> int:
        return self._rows.aggregate(top=Max("pk"))["top"] or 0

    def _begin(self) -> None:
        """Skip what is long settled: all, where nobody writes; else what was recorded before the
        oldest writer began, whatever is missing there."""
        self._begun = True
        highest, writers = self._highest(), open_writers()
        if writers:
            self.settled = max(self.settled, self._last_before(writers.values()))
        self._settle(Halt(highest, frozenset(writers)), writers)

    def _last_before(self, starts: Collection[datetime | None]) -> int:
        known = [start for start in starts if start]
        if len(known) < len(starts):
            return 0
        older = self._rows.filter(pk__gt=self.settled, created_at__lt=min(known) - CLOCKS)
        return older.order_by("-pk").values_list("pk", flat=True).first() or 0

    def _settle(self, halt: Halt, writers: Iterable[str]) -> None:
        """Everything up to the halt, unless one that it waits for is among the open writers."""
        if halt.writers.isdisjoint(writers):
            self.settled = max(self.settled, halt.upto)
            self._halt = None
        else:
            self._halt = halt

    def _walk(self) -> bool:
        """Settle the ids that follow without a gap; whether to walk on at once."""
        above = self._rows.filter(pk__gt=self.settled).order_by("pk")
        ids = list(above.values_list("pk", flat=True)[:MOST])
        self.settled = unbroken(self.settled, ids)
        if self._halt and self._halt.upto <= self.settled:
            self._halt = None
        if not ids or ids[-1] == self.settled:
            return len(ids) == MOST
        if not self._halt:
            writers = open_writers()
            self._settle(Halt(ids[-1], frozenset(writers)), writers)
        return not self._halt


def unbroken(settled: int, ids: Iterable[int]) -> int:
    """The last of `ids` that is reached from `settled` without a gap."""
    for number in ids:
        if number != settled + 1:
            break
        settled = number
    return settled


def open_writers() -> dict[str, datetime | None]:
    """The other transactions that write events now, and since when they are open."""
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return dict(cursor.fetchall())
