"""How high everything stands in its column: near what it is joined to, and never too close."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TypeVar

SWEEPS = 6

T = TypeVar("T", bound=Hashable)


def rows_of(columns: Sequence[Mapping[T, float]], links: Iterable[tuple[T, T]]) -> dict[T, float]:
    """A row for each slot of each column, 0 at the top.

    A column says of its slots how much of a row each takes: a box a whole one. The columns are
    gone through from left to right and back, and what kept the links shortest is taken. Of slots
    that wish for one row, the earlier stands higher.
    """
    links = list(links)
    before, after = _neighbours((right, left) for left, right in links), _neighbours(links)
    rows = {slot: 0.0 for column in columns for slot in column}
    found: list[tuple[float, dict[T, float]]] = []
    for sweep in range(SWEEPS):
        near, order = (after, columns[::-1]) if sweep % 2 else (before, columns)
        for column in order:
            rows |= _placed(column, {slot: _mean(near, slot, rows) for slot in column})
        found.append((sum(abs(rows[a] - rows[b]) for a, b in links), dict(rows)))
    best = min(found, key=lambda one: round(one[0], 3))[1]
    top = min(best.values(), default=0.0)
    return {slot: row - top for slot, row in best.items()}


def _neighbours(links: Iterable[tuple[T, T]]) -> dict[T, list[T]]:
    found: dict[T, list[T]] = {}
    for one, other in links:
        found.setdefault(one, []).append(other)
    return found


def _mean(near: Mapping[T, list[T]], slot: T, rows: Mapping[T, float]) -> float:
    """The mean of its neighbours; where it has none, it stays."""
    neighbours = near.get(slot, [slot])
    return sum(rows[one] for one in neighbours) / len(neighbours)


def _placed(column: Mapping[T, float], wished: Mapping[T, float]) -> dict[T, float]:
    order = sorted(wished, key=wished.__getitem__)
    between = ((column[one] + column[other]) / 2 for one, other in pairwise(order))
    apart = list(accumulate(between, initial=0.0))
    drawn = _rising([wished[slot] - offset for slot, offset in zip(order, apart, strict=True)])
    return {slot: row + offset for slot, row, offset in zip(order, drawn, apart, strict=True)}


def _rising(wished: Iterable[float]) -> list[float]:
    """The rising numbers with the least squares of differences from those wished.

    Neighbours that would fall share their mean (pool adjacent violators).
    """
    pools: list[tuple[float, int]] = []
    for wish in wished:
        mean, size = wish, 1
        while pools and pools[-1][0] >= mean:
            last, count = pools.pop()
            mean, size = (mean * size + last * count) / (size + count), size + count
        pools.append((mean, size))
    return [mean for mean, size in pools for _ in range(size)]
