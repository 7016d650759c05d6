"""The lines of a redline as a page has them, inline or side by side."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, zip_longest
from typing import Any

import msgspec

from books.redlines import Kind, Piece, Row

LONGEST_ROW = 8_000
"""Characters. A longer line is shown as several, each with its own offset."""
GONE = (Kind.REMOVED, Kind.MOVED_AWAY)
COME = (Kind.ADDED, Kind.MOVED_HERE)
TOLD = {
    Kind.SAME: "",
    Kind.CHANGED: "Changed",
    Kind.ADDED: "Added",
    Kind.REMOVED: "Removed",
    Kind.MOVED_HERE: "Moved here",
    Kind.MOVED_AWAY: "Moved away",
}
SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "−", Kind.MOVED_HERE: "↕", Kind.MOVED_AWAY: "↕"}


@dataclass(frozen=True)
class Cell:
    """One side of a line, or inline all of it. `start` is the offset in the new text; `ident` the
    name of the element, that links lead to; `link` leads to the other end of the move that begins
    with it."""

    row: Row
    pieces: tuple[Piece, ...]
    number: int | None
    ident: str = ""
    start: int | None = None
    silent: bool = False
    link: "OtherEnd | None" = None

    @property
    def told(self) -> str:
        return "" if self.row.rebroken else TOLD[self.row.kind]

    @property
    def is_plain(self) -> bool:
        """Whether a browser shows the new text of it character for character: it makes one line
        end of all, which at its own end shifts nothing."""
        return "\r" not in self.row.new_text.rstrip("\r\n")

    @property
    def sign(self) -> str:
        return SIGNS.get(self.row.kind, "")

    @property
    def classes(self) -> str:
        """Of its element: there are thousands, and a template asks slowly."""
        kind = Kind.SAME if self.row.rebroken else self.row.kind
        blank = not any(piece.text.strip(" \t\r\n>") for piece in self.pieces)
        return f"cell {kind} blank" if blank else f"cell {kind}"


@dataclass(frozen=True)
class OtherEnd:
    """Of a move. Where it is another text, `title` says which; `section` is the name of the element
    that shows that one on the same page."""

    address: str
    title: str = ""
    section: str = ""


@dataclass(frozen=True)
class Line:
    """`begins` is the first of changed lines."""

    stretch = None  # which a template asks of a fold
    cells: tuple[Cell | None, ...]
    notes: Sequence[Any] = ()
    begins: bool = False

    @property
    def classes(self) -> str:
        """Of its element."""
        return f"row{' only-space' if self.only_space else ''}{' noted' if self.notes else ''}"

    @property
    def row(self) -> Row:
        return next(cell.row for cell in self.cells if cell)

    @cached_property
    def only_space(self) -> bool:
        return self.row.only_space and not self.row.rebroken


@dataclass(frozen=True)
class Look:
    """How rows become lines: for the page that calls its redline `slug`."""

    slug: str
    side: bool
    notes: Callable[[Row], Sequence[Any]]
    link: Callable[[Row], OtherEnd]

    def lines(self, rows: Sequence[Row], before: Row | None) -> Iterator[Line]:
        """`before` is the row before the first of them."""
        above = [before, before]
        for old, new in _abreast(rows) if self.side else ((row, row) for row in rows):
            row = new or old
            assert row is not None  # noqa: S101  (one of the two is there)
            begins = not row.stays and (before is None or before.stays)
            cells = self._both(old, new) if self.side else (self._inline(row),)
            heads = tuple(self._head(*one) for one in zip(cells, above, strict=False))
            yield Line(heads, notes=self.notes(row), begins=begins)
            above = [cell.row if cell else was for cell, was in zip(heads, above, strict=False)]
            before = row

    def _head(self, cell: Cell | None, before: Row | None) -> Cell | None:
        """With the link to the other end, where a move begins on its side."""
        if cell is None or not cell.row.move:
            return cell
        same = before is not None and (before.move, before.kind) == (cell.row.move, cell.row.kind)
        return cell if same else replace(cell, link=self.link(cell.row))

    def _inline(self, row: Row) -> Cell:
        number = row.new_line or row.old_line
        return Cell(row, row.pieces, number, self._ident(row), row.new_start)

    def _both(self, old: Row | None, new: Row | None) -> tuple[Cell | None, Cell | None]:
        left = right = None
        if old is not None and old.kind not in COME:
            ident = self._ident(old) if old.kind in GONE else ""
            same = old.kind == Kind.SAME
            pieces = old.pieces if old.kind == Kind.MOVED_AWAY else old.old_pieces
            left = Cell(old, pieces, old.old_line, ident, silent=same)
        if new is not None and new.kind not in GONE:
            pieces = new.pieces if new.kind == Kind.MOVED_HERE else new.new_pieces
            right = Cell(new, pieces, new.new_line, self._ident(new), new.new_start)
        return left, right

    def _ident(self, row: Row) -> str:
        """None for the later slices of a long line."""
        if row.new_line is None:
            return f"{self.slug}-old-{row.old_line}" if row.old_line else ""
        return f"{self.slug}-{row.new_line}"


def _abreast(rows: Sequence[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """What went beside what came in its place; any other row beside itself."""
    held: list[Row] = []
    for kind, run in groupby(rows, lambda row: (row.kind in GONE, row.kind in COME)):
        if kind == (True, False):
            held = list(run)
            continue
        if kind == (False, True):
            yield from zip_longest(held, run)
        else:
            yield from ((one, None) for one in held)
            yield from ((one, one) for one in run)
        held = []
    yield from ((one, None) for one in held)


def shorter(rows: Sequence[Row]) -> Iterator[Row]:
    """Of a line that is too long for a page, several; the later ones have no number."""
    for row in rows:
        if sum(len(piece.text) for piece in row.pieces) <= LONGEST_ROW:
            yield row
            continue
        start = row.new_start
        for pieces in _slices(row.pieces):
            part = msgspec.structs.replace(row, pieces=pieces, new_start=start)
            yield part
            start = None if start is None else start + len(part.new_text)
            row = msgspec.structs.replace(row, old_line=None, new_line=None)  # noqa: PLW2901


def _slices(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    held: list[Piece] = []
    room = LONGEST_ROW
    for piece in pieces:
        text = piece.text
        while text:
            held.append(Piece(piece.kind, text[:room]))
            text, room = text[room:], room - len(held[-1].text)
            if room <= 0:
                yield tuple(held)
                held, room = [], LONGEST_ROW
    if held:
        yield tuple(held)
