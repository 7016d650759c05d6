"""Two texts that belong together, word by word."""

import re
from collections.abc import Iterator, Sequence
from string import whitespace
from typing import NamedTuple

from books.cutting import INK
from books.matching import changes, kept
from books.redlines.rows import Piece, PieceKind

SIGN = re.compile(r"\w+|\s+|[^\w\s]")
SPACE = re.compile(r"\s*(?:\n[\s>]*)?", re.ASCII)
"""With the mark of a quotation, where a line of one was broken."""
BLANK = re.compile(r"\n[ \t\r>]*\n")
MOST_REFINED = 400
"""Characters. A longer stretch was rewritten: what its words have in common is chance."""
SHORT_RUN = 2
LONG_CHANGE = 4
"""Where so many words changed for each that stayed between them, that it stayed is chance."""


class Compared(NamedTuple):
    """`kept` counts the words that stayed."""

    pieces: tuple[Piece, ...]
    added: int
    removed: int
    kept: int


class Run(NamedTuple):
    """Words that stayed, one after another: old[old:old + size] is new[new:new + size]."""

    old: int
    new: int
    size: int


def compared(old: str, new: str) -> Compared:
    was, now = list(INK.finditer(old)), list(INK.finditer(new))
    runs = _without_chance(_runs([one[0] for one in was], [one[0] for one in now]))
    stayed = sum(run.size for run in runs)
    at_old = at_new = 0
    parts: list[Piece] = []
    for run in runs:
        for i, j in ((run.old + step, run.new + step) for step in range(run.size)):
            parts += _between(old[at_old : was[i].start()], new[at_new : now[j].start()])
            parts.append(Piece(PieceKind.SAME, now[j][0]))
            at_old, at_new = was[i].end(), now[j].end()
    parts += _between(old[at_old:], new[at_new:])
    return Compared(joined(parts), len(now) - stayed, len(was) - stayed, stayed)


def joined(parts: Sequence[Piece]) -> tuple[Piece, ...]:
    """Without empty ones; neighbours of one kind are one piece."""
    whole: list[list[str]] = []
    kinds: list[PieceKind] = []
    for part in parts:
        if part.text and kinds and kinds[-1] == part.kind:
            whole[-1].append(part.text)
        elif part.text:
            kinds.append(part.kind)
            whole.append([part.text])
    return tuple(Piece(kind, "".join(texts)) for kind, texts in zip(kinds, whole, strict=True))


def _runs(old: list[str], new: list[str]) -> list[Run]:
    found: list[Run] = []
    at_old = at_new = 0
    for span in [*changes(old, new), (len(old), len(old), len(new), len(new))]:
        if span[0] > at_old:
            found.append(Run(at_old, at_new, span[0] - at_old))
        at_old, at_new = span[1], span[3]
    return found


def _without_chance(runs: list[Run]) -> list[Run]:
    """Words that stayed alone amid a rewritten sentence would make confetti of it."""
    left: list[Run] = []
    for place, run in enumerate(runs):
        after = runs[place + 1] if place + 1 < len(runs) else None
        if left and after and run.size <= SHORT_RUN:
            before = left[-1]
            changed = _changed(before, run) + _changed(run, after)
            if (
                changed >= LONG_CHANGE * run.size
                and min(_changed(before, run), _changed(run, after)) > 1
            ):
                continue
        left.append(run)
    return left


def _changed(before: Run, after: Run) -> int:
    """How many words changed between two runs, on the side where it is more."""
    return max(after.old - before.old, after.new - before.new) - before.size


def _between(old: str, new: str) -> Iterator[Piece]:
    """What lies between two words that stayed."""
    if old == new:
        yield Piece(PieceKind.SAME, new)
    elif SPACE.fullmatch(old) and SPACE.fullmatch(new):
        yield from _space(old, new)
    else:
        (head, was, tail), (new_head, now, new_tail) = _bared(old), _bared(new)
        if was and now:
            yield from _space(head, new_head)
            yield from _refined(was, now)
            yield from _space(tail, new_tail)
        else:
            yield from _one_sided(old, new)


def _bared(text: str) -> tuple[str, str, str]:
    """The white space before, the words, the white space after."""
    words = text.rstrip(whitespace + ">")
    if not SPACE.fullmatch(text[len(words) :]):
        words = text.rstrip(whitespace)
    start = len(words) - len(words.lstrip(whitespace))
    return words[:start], words[start:], text[len(words) :]


def _one_sided(old: str, new: str) -> Iterator[Piece]:
    """Words that are only in one of both: white space that both begin and end with stays."""
    head, old, new = _common_space(old, new)
    tail, old, new = _common_space(old[::-1], new[::-1])
    yield Piece(PieceKind.SAME, head)
    yield from _other(old[::-1], new[::-1])
    yield Piece(PieceKind.SAME, tail[::-1])


def _space(old: str, new: str) -> Iterator[Piece]:
    """Other white space in the place of white space. What lines end with on both sides stays; a
    paragraph that was cut or joined is more than white space."""
    head, old, new = _common_space(old, new)
    tail, old, new = _common_space(old[::-1], new[::-1])
    cut = bool(BLANK.search(head + old + tail)) != bool(BLANK.search(head + new + tail))
    yield Piece(PieceKind.SAME, head)
    yield Piece(PieceKind.REMOVED if cut else PieceKind.SPACE_REMOVED, old[::-1])
    yield Piece(PieceKind.ADDED if cut else PieceKind.SPACE_ADDED, new[::-1])
    yield Piece(PieceKind.SAME, tail[::-1])


def _common_space(old: str, new: str) -> tuple[str, str, str]:
    """The white space that both begin with, and what is left of both."""
    size = 0
    for was, now in zip(old, new, strict=False):
        if was != now or was not in whitespace:
            break
        size += 1
    return old[:size], old[size:], new[size:]


def _refined(old: str, new: str) -> Iterator[Piece]:
    """Other words: what they have in common with their signs stays, a full stop at the end."""
    if not old or not new or len(old) + len(new) > MOST_REFINED:
        yield from _other(old, new)
        return
    was, now = SIGN.findall(old), SIGN.findall(new)
    pairs = _telling(was, now, sorted(kept(was, now)))
    at_old = at_new = 0
    for i, j in [*pairs, (len(was), len(now))]:
        yield from _other("".join(was[at_old:i]), "".join(now[at_new:j]))
        yield Piece(PieceKind.SAME, now[j] if j < len(now) else "")
        at_old, at_new = i + 1, j + 1


def _other(old: str, new: str) -> Iterator[Piece]:
    if old.isspace() and new.isspace():
        yield from _space(old, new)
    else:
        yield Piece(PieceKind.REMOVED, old)
        yield Piece(PieceKind.ADDED, new)


def _telling(old: list[str], new: list[str], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of the signs that stayed: those at either end, and words; with half of it changed, the ends
    alone."""
    ends = [(i, j) for i, j in pairs if i == j and old[: i + 1] == new[: j + 1]]
    ends += [(i, j) for i, j in pairs if old[i:] == new[j:] and (i, j) not in ends]
    stayed = sum(len(old[i]) for i, _ in pairs if old[i].strip())
    if 2 * stayed < max(len("".join(old)), len("".join(new))):
        return sorted(ends)
    return sorted({*ends, *(_beside_words(old, pairs))})


def _beside_words(old: list[str], pairs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Words that stayed, and the signs that stayed with them."""
    run: list[tuple[int, int]] = []
    for pair in [*pairs, (-1, -1)]:
        if run and (pair[0] != run[-1][0] + 1 or pair[1] != run[-1][1] + 1):
            if any(old[i][0].isalnum() for i, _ in run):
                yield from run
            run = []
        run.append(pair)
