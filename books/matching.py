"""Which items of two sequences stayed, in bounded time.

Items that occur once on either side are anchors (patience diff); what lies between
anchors and has none goes to difflib while it is small, and counts as rewritten where it
is not, since difflib needs up to cubic time.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

SMALL_PRODUCT = 20_000
MOST_PRODUCT = 2_000_000


class Span(NamedTuple):
    """old[old_start:old_end] became new[new_start:new_end]."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


Pair = tuple[int, int]


def changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    """The stretches that differ, in order; between them both sides are equal."""
    at_old = at_new = 0
    for i, j in [*sorted(kept(old, new)), (len(old), len(new))]:
        if i > at_old or j > at_new:
            yield Span(at_old, i, at_new, j)
        at_old, at_new = i + 1, j + 1


def kept(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Index pairs of the items that stayed, in no order; sorted, they rise on both sides."""
    budget = MOST_PRODUCT
    open_spans = [Span(0, len(old), 0, len(new))]
    while open_spans:
        span, trimmed = _trim(old, new, open_spans.pop())
        yield from trimmed
        product = (span.old_end - span.old_start) * (span.new_end - span.new_start)
        if anchors := _anchors(old, new, span) if product else []:
            open_spans += _between(span, anchors)
            yield from anchors
        elif 0 < product <= min(SMALL_PRODUCT, budget):
            budget -= product
            yield from _by_difflib(old, new, span)


def _trim(old: Sequence[str], new: Sequence[str], span: Span) -> tuple[Span, list[Pair]]:
    """The span without what both sides begin and end with, and the pairs taken off."""
    start_old, end_old, start_new, end_new = span
    pairs = []
    while start_old < end_old and start_new < end_new and old[start_old] == new[start_new]:
        pairs.append((start_old, start_new))
        start_old, start_new = start_old + 1, start_new + 1
    while start_old < end_old and start_new < end_new and old[end_old - 1] == new[end_new - 1]:
        end_old, end_new = end_old - 1, end_new - 1
        pairs.append((end_old, end_new))
    return Span(start_old, end_old, start_new, end_new), pairs


def _anchors(old: Sequence[str], new: Sequence[str], span: Span) -> list[Pair]:
    """The longest rising run of pairs among items that occur once on either side."""
    in_old = _once(old, span.old_start, span.old_end)
    in_new = _once(new, span.new_start, span.new_end)
    return _longest_rising([(i, in_new[item]) for item, i in in_old.items() if item in in_new])


def _once(items: Sequence[str], start: int, end: int) -> dict[str, int]:
    counts = Counter(items[start:end])
    return {items[i]: i for i in range(start, end) if counts[items[i]] == 1}


def _longest_rising(pairs: list[Pair]) -> list[Pair]:
    """Longest increasing subsequence by the second index; `pairs` rise by the first."""
    tails: list[int] = []
    ends: list[int] = []
    before = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        ends[place : place + 1] = [index]
    run = []
    at = ends[-1] if ends else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _between(span: Span, anchors: list[Pair]) -> Iterator[Span]:
    at_old, at_new = span.old_start, span.new_start
    for i, j in [*anchors, (span.old_end, span.new_end)]:
        if i > at_old and j > at_new:
            yield Span(at_old, i, at_new, j)
        at_old, at_new = i + 1, j + 1


def _by_difflib(old: Sequence[str], new: Sequence[str], span: Span) -> Iterator[Pair]:
    left, right = old[span.old_start : span.old_end], new[span.new_start : span.new_end]
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            yield span.old_start + block.a + step, span.new_start + block.b + step
