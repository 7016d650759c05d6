"""The newest events, kept in memory for all listeners of a process."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import islice
from operator import attrgetter

from events.live.wanted import Told, Wanted

MOST_EVENTS = 5000
MOST_BYTES = 8_000_000
KEPT_OF_MOST = 0.75  # where there is too much, so that clearing is seldom
BATCH, BATCH_BYTES = 100, 500_000
"""What a listener is told at once: so many events, or as many as are that large."""


class Recent:
    """Every settled event above `floor`, up to `settled`. The oldest go where there are too many;
    who is behind the floor then has to read from the database."""

    def __init__(self, settled: int = 0) -> None:
        self.floor = self.settled = settled
        self._events: list[Told] = []
        self._bytes = 0

    def put(self, events: Sequence[Told], settled: int) -> None:
        """The events that follow, in order, and how far the log is settled with them."""
        self._events += events
        self._bytes += sum(len(told.text) for told in events)
        self.settled = settled
        if len(self._events) > MOST_EVENTS or self._bytes > MOST_BYTES:
            self._clear()

    def covers(self, position: int) -> bool:
        return position >= self.floor

    def after(self, position: int, wanted: Wanted) -> tuple[list[Told], int]:
        """What is wanted above a position that is covered, so many at once; and the position then.

        A position above what is settled here is kept: another process has told of more.
        """
        first = bisect_right(self._events, position, key=attrgetter("id"))
        told, full = at_once(filter(wanted.fits, islice(self._events, first, None)))
        return told, told[-1].id if full else max(position, self.settled)

    def _clear(self) -> None:
        events, size = MOST_EVENTS * KEPT_OF_MOST, MOST_BYTES * KEPT_OF_MOST
        gone = 0
        while len(self._events) - gone > events or self._bytes > size:
            self._bytes -= len(self._events[gone].text)
            gone += 1
        self.floor = self._events[gone - 1].id
        del self._events[:gone]


def at_once(events: Iterable[Told]) -> tuple[list[Told], bool]:
    """The first of them, as many as a listener is told at once; and whether that is full, so that
    more may follow."""
    told, size = list[Told](), 0
    for event in events:
        told.append(event)
        size += len(event.text)
        if len(told) == BATCH or size > BATCH_BYTES:
            return told, True
    return told, False
