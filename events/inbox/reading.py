"""The inbox of whoever asks: a page of it, how much there is, and what is next."""

from dataclasses import dataclass

from events.inbox.asking import Asked, Kind, Place
from events.inbox.order import first_of, place_after
from events.inbox.rows import Waiting, read, titled
from events.inbox.sources import Sources

PAGE, MOST = 30, 100


@dataclass(frozen=True)
class Page:
    """`count` is of all that waits, from the first on, and no more than 100 however much it is:
    then `is_more`. `after` is where the next page begins, None on the last."""

    rows: list[Waiting]
    count: int
    is_more: bool
    after: Place | None


def page(asked: Asked) -> Page:
    """At most 30, what waits the longest first; nine queries, ten where it goes on."""
    sources = Sources(asked)
    marks = first_of(sources.sets(asked.after), MOST + 1)
    whole = first_of(sources.sets(), MOST + 1) if asked.after else marks
    shown = marks[:PAGE]
    after = place_after(shown, asked.after) if len(marks) > PAGE else None
    rows = titled(read(shown, sources.is_mine))
    return Page(rows, min(len(whole), MOST), len(whole) > MOST, after)


@dataclass(frozen=True)
class Next:
    """What waits the longest besides one thing, and how much more waits behind it."""

    row: Waiting | None
    behind: int
    is_more: bool


def next_of(asked: Asked, besides: tuple[Kind, int] | None = None) -> Next:
    sources = Sources(asked)
    marks = first_of(sources.sets(), MOST + 2)
    rest = [mark for mark in marks if (mark.kind, mark.pk) != besides]
    row = next(iter(titled(read(rest[:1], sources.is_mine))), None)
    behind = max(len(rest) - 1, 0)
    return Next(row, min(behind, MOST), behind > MOST)
