"""What waits, of all kinds, as one list: what waits the longest first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Value

from events.inbox.asking import Kind, Place
from events.inbox.sources import Rows, Source
from workflows.models import Step

MOST_PARTS = 400  # of one statement; SQLite takes 500
MARK = "\0"  # stands for the name of a group, which has no such character


class Part(NamedTuple):
    """Of a statement: kind, id and time."""

    sql: str
    params: tuple[Any, ...]


class Mark(NamedTuple):
    """One that waits, before it is read."""

    kind: Kind
    pk: int
    since: datetime


def first_of(sources: Sequence[Source], limit: int) -> list[Mark]:
    """The first of all these together; one query for up to 400 parts."""
    found: list[Mark] = []
    parts = [part for source in sources for part in _parts(source, limit)]
    for start in range(0, len(parts), MOST_PARTS):
        found += _asked(parts[start : start + MOST_PARTS])
    return in_order(found)[:limit]


def in_order(marks: Iterable[Mark]) -> list[Mark]:
    """By time; within a kind by id, so that a page goes on where another ended. Where a later id
    has an earlier time, it counts as of the time before it."""
    ordered, latest = [], dict[Kind, datetime]()
    for mark in sorted(marks, key=lambda one: one.pk):
        latest[mark.kind] = max(mark.since, latest.get(mark.kind, mark.since))
        ordered.append(mark._replace(since=latest[mark.kind]))
    kinds = list(Kind)
    return sorted(ordered, key=lambda one: (one.since, kinds.index(one.kind), one.pk))


def place_after(marks: Iterable[Mark], before: Place) -> Place:
    """Where the next page begins."""
    place = dict(before)
    for mark in marks:
        place[mark.kind] = max(mark.pk, place.get(mark.kind, 0))
    return place


def _parts(source: Source, limit: int) -> Iterator[Part]:
    """One for the rows, or for so many groups at once: their rows are merged by the database, and
    the statement is made once for all groups."""
    rows, column = source.rows, source.column
    if not column:
        yield _first(source.kind, rows, limit)
        return
    one = _first(source.kind, rows.filter(**{column: MARK}), limit)
    for start in range(0, len(source.groups), MOST_PARTS):
        groups = source.groups[start : start + MOST_PARTS]
        told = [group if said == MARK else said for group in groups for said in one.params]
        merged = " UNION ALL ".join([one.sql] * len(groups))
        first = f"SELECT * FROM ({merged}) AS merged ORDER BY id LIMIT {limit}"  # noqa: S608
        yield Part(f"SELECT * FROM ({first}) AS part", tuple(told))  # noqa: S608


def _first(kind: Kind, rows: Rows, limit: int) -> Part:
    """As a subquery: SQLite wants no limit in the parts of a union."""
    told = rows.annotate(waiting=Value(str(kind))).values_list("waiting", "id", "created_at")
    sql, params = told[:limit].query.sql_with_params()
    return Part(f"SELECT * FROM ({sql}) AS part", params)  # noqa: S608 (the ORM's own)


def _asked(parts: Sequence[Part]) -> Iterator[Mark]:
    """Read as steps, whatever they are: by their columns, so that times come as times."""
    params = [said for part in parts for said in part.params]
    every = " UNION ALL ".join(part.sql for part in parts)
    for row in Step.objects.raw(every, params):
        yield Mark(Kind(row.waiting), row.pk, row.created_at)  # type: ignore[attr-defined]
