"""Takes what a file says into the registry: told first, then done, all of it or nothing."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from books.errors import BooksError
from books.exchange.reading import Problem, Reading
from books.exchange.tables import Said, Table

Cells = tuple[tuple[str, str, str], ...]
Make = Callable[[Table, Said], None]
Amend = Callable[[Table, Any, Cells], None]


@dataclass(frozen=True)
class Change:
    """What a line does: `cells` has column, before and after of each that changes."""

    line: int
    slug: str
    new: bool
    cells: Cells


@dataclass
class Outcome:
    """What a file changes, or would."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Tells whether a file would still change what it would have changed."""
        return hashlib.sha256(repr(self.changes).encode()).hexdigest()


class Wrong(Exception):
    """A line that the registry refuses; `found` has column and reason of each thing in it."""

    def __init__(self, *found: tuple[str, str]) -> None:
        super().__init__()
        self.found = found


def bring_in(table: Table, reading: Reading, *, agreed: str = "") -> Outcome:
    """What a file would change, which is looked up and compared, and nothing written.

    Where no line is wrong and that is what was `agreed` to, the digest of an outcome told before,
    every line goes through the registry's verbs in one transaction.
    """
    outcome = _of_every_line(table, reading, _foresee, _foresee_change)
    if outcome.problems or not outcome.changes or outcome.digest != agreed:
        return outcome
    with transaction.atomic():  # what is there may be other than a moment ago: compared once more
        outcome = _of_every_line(table, reading, _make, _change)
        transaction.set_rollback(bool(outcome.problems) or outcome.digest != agreed)
    return outcome


def _of_every_line(table: Table, reading: Reading, make: Make, change: Amend) -> Outcome:
    outcome = Outcome(problems=list(reading.problems))
    rows = table.rows([line.said["slug"] for line in reading.lines])
    for line in reading.lines:
        row = rows.get(line.said["slug"])
        cells = tuple(_changed(table, table.said(row) if row else {}, line.said))
        if row and not cells:
            outcome.same += 1
            continue
        try:
            change(table, row, cells) if row else make(table, line.said)
        except Wrong as wrong:
            outcome.problems += [Problem(line.number, *one) for one in wrong.found]
        else:
            outcome.changes.append(Change(line.number, line.said["slug"], row is None, cells))
    outcome.problems.sort(key=lambda problem: (problem.line, problem.column))
    return outcome


def _changed(table: Table, before: Said, said: Said) -> Iterator[tuple[str, str, str]]:
    """What is not in the file stays as it is."""
    for column in table.columns:
        if column in said and said[column] != before.get(column, ""):
            yield column, before.get(column, ""), said[column]


def _foresee_change(table: Table, _row: Any, cells: Cells) -> None:
    _refuse(_refused(table, {column: after for column, _before, after in cells}))


def _change(table: Table, row: Any, cells: Cells) -> None:
    _foresee_change(table, row, cells)
    with transaction.atomic():
        for column, _before, after in cells:
            with _telling(column):
                table.change(row, column, after)


def _foresee(table: Table, said: Said) -> None:
    lacking = [column for column in table.needed if not said.get(column)]
    given = {column: word for column, word in said.items() if word}
    needed = [(column, f"a new {table.noun} needs it") for column in lacking]
    _refuse([*needed, *_refused(table, given)])
    with _telling("source_path"):
        table.foresee(said)


def _refused(table: Table, said: Said) -> Iterator[tuple[str, str]]:
    """Every word that its column does not take, and why."""
    for column, word in said.items():
        try:
            table.checks[column](word)
        except BooksError as refusal:
            yield column, str(refusal)


def _refuse(found: Iterable[tuple[str, str]]) -> None:
    if wrong := tuple(found):
        raise Wrong(*wrong)


def _make(table: Table, said: Said) -> None:
    _foresee(table, said)
    with _telling("source_path"), transaction.atomic():
        table.make(said)


@contextmanager
def _telling(column: str) -> Iterator[None]:
    try:
        yield
    except BooksError as refusal:
        raise Wrong((column, str(refusal))) from refusal
