"""The rows of a redline."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from books.cutting import LINE
from books.matching import Span, changes
from books.redlines import moves, pairing
from books.redlines.rows import ONLY_NEW, ONLY_OLD, Kind, Piece, PieceKind, Redline, Row
from books.redlines.units import Unit, together, units
from books.redlines.words import compared, joined

MOST_ROWS = 100_000
"""A text of more lines is drawn some lines at a time."""


class Moved(NamedTuple):
    """A unit that moved, with its number and its other end."""

    number: int
    old: Unit
    new: Unit
    old_line: int
    new_line: int


class Item(NamedTuple):
    """A line, or a unit that moved whole, in a stretch where nothing is paired."""

    key: str
    unit: Unit
    moved: Moved | None = None


def redline(old: str, new: str) -> Redline:
    return Drawing(old, new).redline()


class Drawing:
    def __init__(self, old: str, new: str) -> None:
        step = max(old.count("\n"), new.count("\n")) // MOST_ROWS + 1
        self.old, self.new = units(old, step), units(new, step)
        self.added = self.removed = self.moved = 0
        self.away: dict[int, Moved] = {}
        self.here: dict[int, Moved] = {}

    def redline(self) -> Redline:
        rows: list[Row] = []
        at_old = at_new = 0
        for span in self._paired():
            rows += self._unpaired(range(at_old, span.old_start), range(at_new, span.new_start))
            was = self.old[span.old_start : span.old_end]
            now = self.new[span.new_start : span.new_end]
            rows += self._changed(together(was), together(now))
            at_old, at_new = span.old_end, span.new_end
        rows += self._unpaired(range(at_old, len(self.old)), range(at_new, len(self.new)))
        return Redline(tuple(rows), self.added, self.removed, self.moved)

    def _paired(self) -> list[Span]:
        """What stayed or was edited in its place; what moved is noted. What moved as it was goes
        before what may have been edited."""
        texts, likeness = (self.old, self.new), pairing.Likeness()
        stayed = pairing.equal(*texts)
        left = moves.free(*texts, stayed)
        blocks = list(moves.unedited(*texts, left))
        edited = list(pairing.edited(texts, left.gaps(stayed, texts), likeness))
        left.take(edited)
        self._note([*blocks, *moves.edited(*texts, left, likeness)])
        return sorted([*stayed, *edited])

    def _note(self, blocks: list[moves.Block]) -> None:
        """Numbered as they are met in the new text."""
        for number, block in enumerate(sorted(blocks, key=lambda pairs: pairs[0][1]), start=1):
            lines = self.old[block[0][0]].line, self.new[block[0][1]].line
            for i, j in block:
                moved = Moved(number, self.old[i], self.new[j], *lines)
                self.away[i] = self.here[j] = moved

    def _changed(self, old: Unit, new: Unit) -> Iterator[Row]:
        if old.text == new.text:
            yield from _same(old, new)
            return
        found = compared(old.text, new.text)
        self.added += found.added
        self.removed += found.removed
        yield from _cut(found.pieces, old, new)

    def _unpaired(self, old: range, new: range) -> Iterator[Row]:
        if not old and not new:
            return
        was = list(chain.from_iterable(_items(self.old[i], self.away.get(i), "-") for i in old))
        now = list(chain.from_iterable(_items(self.new[j], self.here.get(j), "+") for j in new))
        at_old = at_new = 0
        end = Span(len(was), len(was), len(now), len(now))
        for span in [*changes([one.key for one in was], [one.key for one in now]), end]:
            stayed = zip(was[at_old : span.old_start], now[at_new : span.new_start], strict=True)
            yield from chain.from_iterable(_same(one.unit, other.unit) for one, other in stayed)
            yield from chain.from_iterable(map(self._gone, was[span.old_start : span.old_end]))
            yield from chain.from_iterable(map(self._come, now[span.new_start : span.new_end]))
            at_old, at_new = span.old_end, span.new_end

    def _gone(self, item: Item) -> Iterator[Row]:
        unit, moved = item.unit, item.moved
        if moved is None:
            self.removed += unit.words
            yield Row(Kind.REMOVED, unit.line, None, None, (Piece(PieceKind.REMOVED, unit.text),))
            return
        for line in unit.lines():
            stays = (Piece(PieceKind.SAME, line.text),)
            yield Row(Kind.MOVED_AWAY, line.line, None, None, stays, moved.number, moved.new_line)

    def _come(self, item: Item) -> Iterator[Row]:
        unit, moved = item.unit, item.moved
        if moved is None:
            self.added += unit.words
            pieces: tuple[Piece, ...] = (Piece(PieceKind.ADDED, unit.text),)
            yield Row(Kind.ADDED, None, unit.line, unit.start, pieces)
            return
        if moved.old.text == unit.text:
            parts: list[tuple[Unit, tuple[Piece, ...]]] = [
                (line, (Piece(PieceKind.SAME, line.text),)) for line in unit.lines()
            ]
            self.moved += unit.words
        else:
            found = compared(moved.old.text, unit.text)
            self.added += found.added
            self.removed += found.removed
            self.moved += found.kept
            parts = [(unit, found.pieces)]
        for line, pieces in parts:
            yield Row(
                Kind.MOVED_HERE, None, line.line, line.start, pieces, moved.number, moved.old_line
            )


def _items(unit: Unit, moved: Moved | None, side: str) -> Iterator[Item]:
    """What moved is equal to nothing that stays."""
    if moved:
        yield Item(f"\n{side}{moved.number}", unit, moved)
    else:
        for line in unit.lines():
            yield Item(line.text, line)


def _same(old: Unit, new: Unit) -> Iterator[Row]:
    for was, now in zip(old.lines(), new.lines(), strict=True):
        pieces = (Piece(PieceKind.SAME, now.text),)
        yield Row(Kind.SAME, was.line, now.line, now.start, pieces)


def _cut(pieces: Sequence[Piece], old: Unit, new: Unit) -> Iterator[Row]:
    """A row for each line that ends on both sides, or stands on one side alone."""
    held: list[Piece] = []
    old_line, new_line, start = old.line, new.line, new.start
    for piece in [*_by_lines(pieces), None]:
        if piece is not None:
            held.append(piece)
        if held and (piece is None or _ends(held)):
            row = _row(joined(held), old_line, new_line, start)
            yield row
            old_line += row.old_text.count("\n")
            new_line += row.new_text.count("\n")
            start += len(row.new_text)
            held = []


def _by_lines(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        for text in LINE.findall(piece.text):
            yield Piece(piece.kind, text)


def _ends(held: Sequence[Piece]) -> bool:
    if not held[-1].text.endswith("\n"):
        return False
    kinds = {piece.kind for piece in held}
    return held[-1].kind == PieceKind.SAME or kinds <= ONLY_NEW or kinds <= ONLY_OLD


def _row(pieces: tuple[Piece, ...], old_line: int, new_line: int, start: int) -> Row:
    kinds = {piece.kind for piece in pieces}
    if kinds <= ONLY_NEW:
        return Row(Kind.ADDED, None, new_line, start, pieces)
    if kinds <= ONLY_OLD:
        return Row(Kind.REMOVED, old_line, None, None, pieces)
    kind = Kind.SAME if kinds == {PieceKind.SAME} else Kind.CHANGED
    return Row(kind, old_line, new_line, start, pieces)
