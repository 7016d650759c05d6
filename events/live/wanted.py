"""Which events a listener wants, in memory and in the database alike."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F

from events.live import wire
from events.models import Event, EventQuerySet


class Told(NamedTuple):
    """An event as it goes to every listener, and what their filters ask of it."""

    id: int
    run: int
    book: int
    event_type: str
    text: bytes

    @classmethod
    def of(cls, event: Any) -> "Told":
        """Of one of the rows that `Wanted` answers."""
        text = wire.told(event.as_json())
        return cls(event.pk, event.run_id, event.book, event.event_type, text)


@dataclass(frozen=True)
class Wanted:
    """Events of that run, of runs of that book, of those types; None, or no types, means any."""

    run: int | None = None
    book: int | None = None
    event_types: frozenset[str] = frozenset()

    def fits(self, told: Told) -> bool:
        return (
            self.run in (None, told.run)
            and self.book in (None, told.book)
            and (not self.event_types or told.event_type in self.event_types)
        )

    def rows(self) -> EventQuerySet:
        """With the book of each."""
        rows = Event.objects.for_json().annotate(book=F("run__book_id"))
        if self.run is not None:
            rows = rows.filter(run_id=self.run)
        if self.book is not None:
            rows = rows.filter(run__book_id=self.book)
        return rows.filter(event_type__in=self.event_types) if self.event_types else rows
