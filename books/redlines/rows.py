"""A redline as data: rows of pieces."""

import re
from collections.abc import Container, Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from itertools import groupby

import msgspec

CONTEXT = 2
SHORTEST_FOLD = 3
"""Lines; fewer are shown rather than folded."""


class Kind(StrEnum):
    """What became of a row."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED_HERE = "moved_here"
    MOVED_AWAY = "moved_away"


class PieceKind(StrEnum):
    """What became of a piece of a row. The white space of SPACE_ADDED stands where other white
    space was: a line was broken elsewhere, say."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SPACE_ADDED = "space_added"
    SPACE_REMOVED = "space_removed"


ONLY_NEW = frozenset({PieceKind.ADDED, PieceKind.SPACE_ADDED})
ONLY_OLD = frozenset({PieceKind.REMOVED, PieceKind.SPACE_REMOVED})
BREAK = re.compile(r" ?\r?\n[ \t>]*")
SPACE = frozenset({PieceKind.SPACE_ADDED, PieceKind.SPACE_REMOVED})


class Piece(msgspec.Struct, frozen=True, array_like=True):
    kind: PieceKind
    text: str


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A line with its line break; several where a paragraph was broken into lines anew.

    Lines count from 1. `new_start` is the offset of its first character in the new text. Rows
    that moved have the number of the move in common; `other_line` is where the block begins in
    the other text. What was edited while it moved shows in the row that came.
    """

    kind: Kind
    old_line: int | None
    new_line: int | None
    new_start: int | None
    pieces: tuple[Piece, ...]
    move: int | None = None
    other_line: int | None = None

    @property
    def old_pieces(self) -> tuple[Piece, ...]:
        """What stood there; none of a row that is only in the new text."""
        if self.kind in (Kind.ADDED, Kind.MOVED_HERE):
            return ()
        return tuple(one for one in self.pieces if one.kind not in ONLY_NEW)

    @property
    def new_pieces(self) -> tuple[Piece, ...]:
        if self.kind in (Kind.REMOVED, Kind.MOVED_AWAY):
            return ()
        return tuple(one for one in self.pieces if one.kind not in ONLY_OLD)

    @property
    def old_text(self) -> str:
        return "".join(one.text for one in self.old_pieces)

    @property
    def new_text(self) -> str:
        return "".join(one.text for one in self.new_pieces)

    @property
    def only_space(self) -> bool:
        """Whether it differs in white space alone."""
        if self.kind != Kind.CHANGED:
            return False
        return {one.kind for one in self.pieces} - {PieceKind.SAME} <= SPACE

    @property
    def rebroken(self) -> bool:
        """Whether it was only broken into lines otherwise; indents, say, may mean something."""
        if not self.only_space:
            return False
        changed = [one.text for one in self.pieces if one.kind != PieceKind.SAME]
        return all(text == " " or BREAK.fullmatch(text) for text in changed)

    @property
    def stays(self) -> bool:
        """Whether it reads as it did."""
        return self.kind == Kind.SAME or self.rebroken


class Stretch(msgspec.Struct, frozen=True):
    """Rows one after another: to be shown, or unchanged ones to be folded.

    `start` is the place of the first in the redline's rows; `heading` is that under which the
    last of them stands.
    """

    rows: tuple[Row, ...]
    start: int
    folded: bool
    heading: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.rows)

    @property
    def lines(self) -> int:
        return len(self.rows)

    @property
    def rebroken(self) -> int:
        """How many of the rows were broken into lines otherwise."""
        return sum(row.kind != Kind.SAME for row in self.rows)

    @property
    def first_line(self) -> int | None:
        return self.rows[0].new_line

    @property
    def last_line(self) -> int | None:
        return self.rows[-1].new_line


class Redline(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """Words that moved are neither added nor removed."""

    rows: tuple[Row, ...]
    words_added: int = 0
    words_removed: int = 0
    words_moved: int = 0

    @property
    def old(self) -> str:
        return "".join(row.old_text for row in self.rows)

    @property
    def new(self) -> str:
        return "".join(row.new_text for row in self.rows)

    @cached_property
    def differs(self) -> bool:
        return any(row.kind != Kind.SAME for row in self.rows)

    @cached_property
    def only_space(self) -> bool:
        """Whether the texts differ, and in white space alone."""
        changed = [row for row in self.rows if row.kind != Kind.SAME]
        return bool(changed) and not any(_inked(row) for row in changed)

    def stretches(
        self, context: int = CONTEXT, also: Container[int | None] = ()
    ) -> tuple[Stretch, ...]:
        """Alternately what is shown, with so many unchanged rows about it, and what is folded.

        `also` are lines of the new text to be shown though they did not change.
        """
        shown = _near(self.rows, context, also)
        runs = (list(run) for _, run in groupby(range(len(self.rows)), shown.__getitem__))
        return tuple(_stretches(self.rows, runs, shown))


def _inked(row: Row) -> bool:
    return any(one.kind not in SPACE and one.text.strip() for one in _told(row))


def _told(row: Row) -> Iterable[Piece]:
    whole = row.kind != Kind.CHANGED
    return row.pieces if whole else (one for one in row.pieces if one.kind != PieceKind.SAME)


def _near(rows: tuple[Row, ...], context: int, also: Container[int | None]) -> list[bool]:
    """Which rows are shown."""
    wanted = [not row.stays or row.new_line in also for row in rows]
    shown = wanted.copy()
    for places in (range(len(rows)), range(len(rows) - 1, -1, -1)):
        since = context + 1
        for place in places:
            since = 0 if wanted[place] else since + 1
            shown[place] = shown[place] or since <= context
    return shown


def _stretches(
    rows: tuple[Row, ...], runs: Iterable[list[int]], shown: list[bool]
) -> Iterator[Stretch]:
    """A run of few hidden rows belongs to the rows before and after it."""
    heading, start = "", 0
    for run in runs:
        first, end = run[0], run[-1] + 1
        if not shown[first] and len(run) >= SHORTEST_FOLD:
            if first > start:
                yield Stretch(rows[start:first], start, folded=False, heading=heading)
            heading = _heading(rows[first:end]) or heading
            yield Stretch(rows[first:end], first, folded=True, heading=heading)
            start = end
        else:
            heading = _heading(rows[first:end]) or heading
    if start < len(rows):
        yield Stretch(rows[start:], start, folded=False, heading=heading)


def _heading(rows: tuple[Row, ...]) -> str:
    """The last one among these; fenced code may deceive it."""
    found = (row.new_text for row in reversed(rows) if row.new_text.startswith("#"))
    return next(found, "").strip().strip("#").strip()
