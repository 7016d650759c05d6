"""Blocks that went from one place to another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from books.matching import Pair, Span
from books.redlines.pairing import Gap, Likeness
from books.redlines.units import Unit

FEWEST_WORDS = 6
"""Less may stand in two places by chance."""
FEWEST_WORDS_EDITED = 10
ALIKE = 0.75
COMMON = 8
"""A word that stands in more units than so many leads to none of them."""

Block = list[Pair]
"""Units that moved together, in the order of both."""


class Free(NamedTuple):
    """The units of both texts that are not yet accounted for."""

    old: set[int]
    new: set[int]

    def take(self, spans: Iterable[Span]) -> None:
        for span in spans:
            self.old.difference_update(range(span.old_start, span.old_end))
            self.new.difference_update(range(span.new_start, span.new_end))

    def both(self, i: int, j: int) -> bool:
        return i in self.old and j in self.new

    def gaps(
        self, spans: Iterable[Span], texts: tuple[Sequence[Unit], Sequence[Unit]]
    ) -> list[Gap]:
        """What is left with ink, between these and after them."""
        old, new = texts
        found: list[Gap] = []
        at_old = at_new = 0
        for span in [*spans, Span(len(old), len(old), len(new), len(new))]:
            was = [i for i in range(at_old, span.old_start) if i in self.old and old[i].key]
            now = [j for j in range(at_new, span.new_start) if j in self.new and new[j].key]
            found.append(Gap(was, now))
            at_old, at_new = span.old_end, span.new_end
        return found


def free(old: Sequence[Unit], new: Sequence[Unit], spans: Iterable[Span]) -> Free:
    left = Free(set(range(len(old))), set(range(len(new))))
    left.take(spans)
    return left


def unedited(old: Sequence[Unit], new: Sequence[Unit], left: Free) -> Iterator[Block]:
    """Of what stands once in the old text and once in the new, and what stands beside it."""
    at_old, at_new = _once(old, left.old), _once(new, left.new)
    for key, i in at_old.items():
        if key in at_new and left.both(i, at_new[key]):
            block = grown(old, new, left, (i, at_new[key]))
            if sum(old[i].words for i, _ in block) >= FEWEST_WORDS:
                left.take(Span(i, i + 1, j, j + 1) for i, j in block)
                yield block


def edited(
    old: Sequence[Unit], new: Sequence[Unit], left: Free, likeness: Likeness
) -> Iterator[Block]:
    """Of what is left: much the same words elsewhere."""
    homes = defaultdict(list)
    for i in _long(old, left.old):
        for term in likeness.terms(old[i])[0]:
            homes[term].append(i)
    for j in _long(new, left.new):
        rare = (term for term in likeness.terms(new[j])[0] if len(homes.get(term, ())) <= COMMON)
        votes = Counter(i for term in rare for i in homes.get(term, ()) if i in left.old)
        nearest = votes.most_common(COMMON)
        likeness.left -= len(nearest)
        if likeness.left < 0:
            return
        scores = [(likeness.of(old[i], new[j]), i) for i, _ in nearest]
        best, i = max(scores, default=(0, 0))
        if best >= ALIKE:
            left.take([Span(i, i + 1, j, j + 1)])
            yield [(i, j)]


def _long(units: Sequence[Unit], left: set[int]) -> list[int]:
    return [place for place in sorted(left) if units[place].words >= FEWEST_WORDS_EDITED]


def _once(units: Sequence[Unit], left: set[int]) -> dict[str, int]:
    places = [place for place in sorted(left) if units[place].key]
    counts = Counter(units[place].key for place in places)
    return {units[place].key: place for place in places if counts[units[place].key] == 1}


def grown(old: Sequence[Unit], new: Sequence[Unit], left: Free, seed: Pair) -> Block:
    """The pair and its neighbours on both sides, as far as they are equal, and the blank line
    after them."""
    found = [seed]
    for step in (-1, 1):
        held: list[Pair] = []
        i, j = seed[0] + step, seed[1] + step
        while left.both(i, j) and old[i].key == new[j].key:
            held.append((i, j))
            if old[i].key:
                found += held
                held = []
            i, j = i + step, j + step
    return sorted([*found, *held[:1]])
