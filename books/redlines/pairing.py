"""Which units of two texts belong together."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from books.matching import Pair, Span, kept
from books.redlines.units import Form, Unit, together

ALIKE = 0.5
"""Twice what both have in common, of all of both: below it one was not made from the other."""
JOINED = 0.1
"""So much more alike are units to what was one before, where one was cut in two."""
MOST_COMPARED = 60_000
"""Pairs of units in one redline. Stretches with more count as rewritten."""
TERM = re.compile(r"\w+")


def equal(old: Sequence[Unit], new: Sequence[Unit]) -> list[Span]:
    """The units that stayed, white space aside. Blank lines are left to their surroundings."""
    was = [place for place, unit in enumerate(old) if unit.key]
    now = [place for place, unit in enumerate(new) if unit.key]
    stayed = kept([old[place].key for place in was], [new[place].key for place in now])
    return [Span(was[i], was[i] + 1, now[j], now[j] + 1) for i, j in sorted(stayed)]


@dataclass
class Likeness:
    """How alike units are, by the letters of the words they have in common. `left` is how many
    may yet be compared."""

    left: int = MOST_COMPARED
    _terms: dict[str, tuple[Counter[str], int]] = field(default_factory=dict)

    def of(self, old: Unit, new: Unit) -> float:
        """From 0 to 1; 0 for what is certainly below ALIKE, or of another form."""
        (was, was_size), (now, now_size) = self.terms(old), self.terms(new)
        whole = was_size + now_size
        if 2 * min(was_size, now_size) < ALIKE * whole or old.form != new.form:
            return 0
        common = sum(len(term) * min(count, now[term]) for term, count in was.items())
        return 2 * common / whole

    def terms(self, unit: Unit) -> tuple[Counter[str], int]:
        """Each word with how often it stands there, and the letters of all."""
        if unit.key not in self._terms:
            terms = TERM.findall(unit.key.lower()) or [unit.key]
            self._terms[unit.key] = Counter(terms), sum(map(len, terms))
        return self._terms[unit.key]


@dataclass(frozen=True)
class Gap:
    """Units between two pairs that are neither paired nor moved: their places in both texts."""

    old: list[int]
    new: list[int]


def edited(
    texts: tuple[Sequence[Unit], Sequence[Unit]], gaps: Iterable[Gap], likeness: Likeness
) -> Iterator[Span]:
    """What was edited into what, in the order of both; a paragraph perhaps into two."""
    for gap in gaps:
        if gap.old and gap.new and len(gap.old) * len(gap.new) <= likeness.left:
            likeness.left -= len(gap.old) * len(gap.new)
            pairs = list(_best(texts, gap, likeness))
            yield from _with_neighbours(texts, gap, pairs, likeness)


def _best(
    texts: tuple[Sequence[Unit], Sequence[Unit]], gap: Gap, likeness: Likeness
) -> Iterator[Pair]:
    """The pairs that have most in common: a longest common subsequence by weight."""
    best = [[0.0] * (len(gap.new) + 1) for _ in range(len(gap.old) + 1)]
    weights: dict[Pair, float] = {}
    for i in range(len(gap.old) - 1, -1, -1):
        below, row = best[i + 1], best[i]
        for j in range(len(gap.new) - 1, -1, -1):
            row[j] = max(below[j], row[j + 1])
            one, other = texts[0][gap.old[i]], texts[1][gap.new[j]]
            if (alike := likeness.of(one, other)) >= ALIKE:
                weights[i, j] = alike * likeness.terms(other)[1]
                row[j] = max(row[j], weights[i, j] + below[j + 1])
    for i, j in _traced(best, weights):
        yield gap.old[i], gap.new[j]


def _traced(best: list[list[float]], weights: dict[Pair, float]) -> Iterator[Pair]:
    i = j = 0
    while i < len(best) - 1 and j < len(best[0]) - 1:
        if (i, j) in weights and best[i][j] == weights[i, j] + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _with_neighbours(
    texts: tuple[Sequence[Unit], Sequence[Unit]], gap: Gap, pairs: list[Pair], likeness: Likeness
) -> Iterator[Span]:
    """A pair with the unit before or after it on one side, if so they are more alike."""
    single = {i for i in gap.old if i not in {i for i, _ in pairs}}
    fresh = {j for j in gap.new if j not in {j for _, j in pairs}}
    for i, j in pairs:
        span = Span(i, i + 1, j, j + 1)
        for wider in _wider(texts, span, (single, fresh)):
            now = likeness.of(*_sides(texts, span))
            if likeness.of(*_sides(texts, wider)) >= now + JOINED:
                span = wider
                break
        single -= set(range(span.old_start, span.old_end))
        fresh -= set(range(span.new_start, span.new_end))
        yield span


def _sides(texts: tuple[Sequence[Unit], Sequence[Unit]], span: Span) -> tuple[Unit, Unit]:
    old, new = texts
    was, now = old[span.old_start : span.old_end], new[span.new_start : span.new_end]
    return together(was), together(now)


def _wider(
    texts: tuple[Sequence[Unit], Sequence[Unit]], span: Span, left: tuple[set[int], set[int]]
) -> Iterator[Span]:
    """The span with one more unit of prose, and blank lines between."""
    old, new = texts
    if old[span.old_start].form != Form.PROSE:
        return
    if (end := _next(new, span.new_end, 1)) in left[1]:
        yield span._replace(new_end=end + 1)
    if (start := _next(new, span.new_start - 1, -1)) in left[1]:
        yield span._replace(new_start=start)
    if (end := _next(old, span.old_end, 1)) in left[0]:
        yield span._replace(old_end=end + 1)
    if (start := _next(old, span.old_start - 1, -1)) in left[0]:
        yield span._replace(old_start=start)


def _next(units: Sequence[Unit], place: int, step: int) -> int:
    """The next unit of prose from there on, blank lines aside; -1 where there is none."""
    while 0 <= place < len(units) and not units[place].key:
        place += step
    inside = 0 <= place < len(units)
    return place if inside and units[place].form == Form.PROSE else -1
