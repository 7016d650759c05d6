"""Blocks that went from one text to another, each text being a chapter, say, of one book.

    found = across.blocks(across.seeds(old, new), redlines)
    redline, numbered = across.told(redlines["03"], "03", found)

Where it is not certain that a block moved, nothing is said of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from books.matching import Pair, Span
from books.redlines.moves import Free, grown
from books.redlines.rows import Kind, Piece, PieceKind, Redline, Row
from books.redlines.units import Unit, units

FEWEST_WORDS = 8
"""In one paragraph or line. Less may stand in two texts by chance."""


class Place(NamedTuple):
    """A line of a text, by the name of the text."""

    name: str
    line: int


class Seed(NamedTuple):
    """What stands once in all old texts, and once in all new ones, in another text."""

    old: Place
    new: Place


class Block(msgspec.Struct, frozen=True, array_like=True):
    """Lines that left `source` and came into `target`: the first there and here, and how many."""

    source: str
    old_line: int
    old_lines: int
    target: str
    new_line: int
    new_lines: int
    words: int

    @property
    def old(self) -> range:
        return range(self.old_line, self.old_line + self.old_lines)

    @property
    def new(self) -> range:
        return range(self.new_line, self.new_line + self.new_lines)


class Ends(NamedTuple):
    """The units of both texts of a redline: those that it has as removed and as added are free,
    and `at_old`, `at_new` are the places of all by their lines."""

    old: Sequence[Unit]
    new: Sequence[Unit]
    free: Free
    at_old: Mapping[int, int]
    at_new: Mapping[int, int]


def standing(texts: Iterable[str]) -> set[str]:
    """What units of some length in these say."""
    return {key for text in texts for key, _ in _long(text)}


def seeds(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, Seed]:
    """By what they say, of the texts by name before and after."""
    was, now = _once(old), _once(new)
    both = {key: Seed(was[key], now[key]) for key in was if key in now}
    return {key: seed for key, seed in both.items() if seed.old.name != seed.new.name}


def blocks(found: Iterable[Seed], redlines: Mapping[str, Redline]) -> list[Block]:
    """Seeds that are removed in the one redline and added in the other, each with its neighbours
    as far as they went along."""
    ends = {name: _ends(redline) for name, redline in redlines.items()}
    moved: list[Block] = []
    for seed in sorted(found):
        source, target = ends[seed.old.name], ends[seed.new.name]
        i, j = source.at_old[seed.old.line], target.at_new[seed.new.line]
        left = Free(source.free.old, target.free.new)
        if left.both(i, j):
            pairs = grown(source.old, target.new, left, (i, j))
            left.take(Span(i, i + 1, j, j + 1) for i, j in pairs)
            moved.append(_block(seed, source, target, pairs))
    return moved


def told(
    redline: Redline, name: str, found: Iterable[Block]
) -> tuple[Redline, Mapping[int, Block]]:
    """The redline of that text with these as moved, and the blocks by the numbers of their moves
    in it. Their words are neither added nor removed there."""
    last = max((row.move or 0 for row in redline.rows), default=0)
    own = [block for block in found if name in (block.source, block.target)]
    numbered = dict(enumerate(own, start=last + 1))
    away = {line: n for n, one in numbered.items() if one.source == name for line in one.old}
    here = {line: n for n, one in numbered.items() if one.target == name for line in one.new}
    gone = sum(block.words for block in own if block.source == name)
    come = sum(block.words for block in own if block.target == name)
    rows = []
    for row in redline.rows:
        if row.kind == Kind.REMOVED and (number := away.get(row.old_line or 0)):
            row = _moved(row, Kind.MOVED_AWAY, number, numbered[number].new_line)  # noqa: PLW2901
        elif row.kind == Kind.ADDED and (number := here.get(row.new_line or 0)):
            row = _moved(row, Kind.MOVED_HERE, number, numbered[number].old_line)  # noqa: PLW2901
        rows.append(row)
    added, removed = redline.words_added - come, redline.words_removed - gone
    return Redline(tuple(rows), added, removed, redline.words_moved + gone + come), numbered


def _long(text: str) -> list[tuple[str, int]]:
    """What they say, and their lines."""
    return [(unit.key, unit.line) for unit in units(text) if unit.words >= FEWEST_WORDS]


def _once(texts: Mapping[str, str]) -> dict[str, Place]:
    found: dict[str, Place | None] = {}
    for name, text in texts.items():
        for key, line in _long(text):
            found[key] = None if key in found else Place(name, line)
    return {key: place for key, place in found.items() if place}


def _ends(redline: Redline) -> Ends:
    gone = {row.old_line: row.old_text for row in redline.rows if row.kind == Kind.REMOVED}
    come = {row.new_line: row.new_text for row in redline.rows if row.kind == Kind.ADDED}
    old, new = units(redline.old), units(redline.new)
    free = Free(set(_whole(old, gone)), set(_whole(new, come)))
    at_old = {unit.line: place for place, unit in enumerate(old)}
    return Ends(old, new, free, at_old, {unit.line: place for place, unit in enumerate(new)})


def _whole(found: Sequence[Unit], lines: Mapping[int | None, str]) -> Iterable[int]:
    """The places of those whose lines are all among these."""
    for place, unit in enumerate(found):
        own = range(unit.line, unit.line + len(unit.parts))
        if "".join(lines.get(line, "") for line in own) == unit.text:
            yield place


def _block(seed: Seed, source: Ends, target: Ends, pairs: Sequence[Pair]) -> Block:
    old, new = [source.old[i] for i, _ in pairs], [target.new[j] for _, j in pairs]
    return Block(
        source=seed.old.name,
        old_line=old[0].line,
        old_lines=sum(len(unit.parts) for unit in old),
        target=seed.new.name,
        new_line=new[0].line,
        new_lines=sum(len(unit.parts) for unit in new),
        words=sum(unit.words for unit in new),
    )


def _moved(row: Row, kind: Kind, number: int, other_line: int) -> Row:
    pieces = (Piece(PieceKind.SAME, "".join(one.text for one in row.pieces)),)
    return msgspec.structs.replace(
        row, kind=kind, pieces=pieces, move=number, other_line=other_line
    )
