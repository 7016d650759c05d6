"""A lineage with what is alike drawn as one: thirty chapters are a box, not thirty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

Thing = Mapping[str, Any]
"""A node of a lineage: `id`, `kind` and `label`, and what else is known of it."""

ROUNDS = 64
ALIKE = ("kind", "artifact_type", "run", "workflow_type", "step", "attempt", "version", "stale")


@dataclass(frozen=True)
class Bundle:
    """Things of one look, each made from and into the same bundles. Most hold one thing."""

    key: str
    things: Sequence[Thing]
    needs: tuple[str, ...]

    @property
    def first(self) -> Thing:
        return self.things[0]


def bundles_of(lineage: Mapping[str, Any]) -> list[Bundle]:
    """In the order of their first things. The lineage must have no cycle; its bundles have none."""
    things = {thing["id"]: thing for thing in lineage["nodes"]}
    before, after = _neighbours(things, lineage["edges"])
    marks = _marks(things, before, after)
    groups: dict[int, list[str]] = {}
    for one in things:
        groups.setdefault(marks[one], []).append(one)
    keys = {mark: f"n{number}" for number, mark in enumerate(groups)}
    found = []
    for mark, group in groups.items():
        needs = dict.fromkeys(keys[marks[need]] for one in group for need in before[one])
        found.append(Bundle(keys[mark], [things[one] for one in group], tuple(needs)))
    return found


def _neighbours(
    things: Iterable[str], edges: Iterable[Mapping[str, str]]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What each was made from, and what was made from each."""
    before: dict[str, list[str]] = {one: [] for one in things}
    after: dict[str, list[str]] = {one: [] for one in before}
    for edge in edges:
        before[edge["to"]].append(edge["from"])
        after[edge["from"]].append(edge["to"])
    return before, after


def _marks(
    things: Mapping[str, Thing], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> dict[str, int]:
    """A number for each, the same for those drawn as one.

    What looks alike is told apart by what it was made from, then by what was made from it, until
    nothing more is found. Where that takes too long hardly anything is alike: all stand alone.
    """
    order = list(TopologicalSorter(before).static_order())
    marks = _numbered({one: _look(things[one]) for one in order})
    for _ in range(ROUNDS):
        count = len(set(marks.values()))
        marks = _told_apart(order, before, marks)
        marks = _told_apart(order[::-1], after, marks)
        if len(set(marks.values())) == count:
            return marks
    return {one: number for number, one in enumerate(order)}


def _look(thing: Thing) -> tuple[Any, ...]:
    """What is drawn as one is alike in this. A version always stands alone."""
    alone = thing["id"] if thing["kind"] == "version" else None
    return (alone, *map(thing.get, ALIKE))


def _told_apart(
    order: Iterable[str], near: Mapping[str, list[str]], marks: Mapping[str, int]
) -> dict[str, int]:
    """Other numbers for those whose neighbours, which come earlier in the order, differ."""
    numbers: dict[Any, int] = {}
    found: dict[str, int] = {}
    for one in order:
        mark = (marks[one], frozenset(found[other] for other in near[one]))
        found[one] = numbers.setdefault(mark, len(numbers))
    return found


def _numbered(looks: Mapping[str, Any]) -> dict[str, int]:
    numbers: dict[Any, int] = {}
    return {one: numbers.setdefault(look, len(numbers)) for one, look in looks.items()}
