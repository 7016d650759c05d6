"""Where everything stands in a picture of boxes and arrows. All lengths are whole pixels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import accumulate, chain, groupby, pairwise
from operator import itemgetter

from workflows.graph.rows import rows_of
from workflows.graph.shapes import SHAPES, Shape, height_of, outline, text_width

MARGIN = 24
GAP = 38
TITLE_HEIGHT = 40
FIRST_LINE = 22
LINE = 17

Slot = tuple[int, str]
"""A place in a column: its layer and a node's key, or `key>` where arrows from it pass by."""


@dataclass(frozen=True)
class Spacing:
    """Between columns and between boxes; and how much of a row a passing arrow takes."""

    gap: int = GAP
    row_gap: int = 40
    passing: float = 1.0


@dataclass(frozen=True)
class Node:
    """What a box stands for. Of its lines the first is in bold; arrows come from its needs.

    `note` is what a pointer resting on it reads; `stacked` is drawn as more than one; `state` is a
    word for its look; `href` is where it leads.
    """

    key: str
    kind: str
    lines: tuple[str, ...]
    needs: tuple[str, ...] = ()
    note: str = ""
    stacked: bool = False
    stale: bool = False
    state: str = ""
    href: str = ""

    @property
    def shape(self) -> Shape:
        return SHAPES[self.kind]


@dataclass(frozen=True)
class Box:
    """A node in its place. `x` and `y` are the upper left corner."""

    node: Node
    layer: int
    x: int
    y: int
    width: int
    height: int

    @property
    def outline(self) -> str:
        return outline(self.node.shape, self.x, self.y, self.width, self.height)

    @property
    def center_x(self) -> int:
        return self.x + self.width // 2

    @property
    def first_y(self) -> int:
        """The base of the first line; all lines together stand in the middle."""
        return self.y + FIRST_LINE + (self.height - height_of(len(self.node.lines))) // 2

    @property
    def below(self) -> list[tuple[int, str]]:
        """The lines below the first, each with the height of its base."""
        return [(self.first_y + LINE * n, line) for n, line in enumerate(self.node.lines) if n]

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True)
class Layout:
    """The boxes by key, and how high each slot stands, from which arrows are drawn."""

    boxes: Mapping[str, Box]
    tops: Mapping[Slot, int]
    ways: list[list[Slot]]
    box_height: int

    @property
    def floor(self) -> int:
        """Below every box and every passing arrow."""
        return max(self.tops.values(), default=MARGIN + TITLE_HEIGHT) + self.box_height

    @property
    def right(self) -> int:
        return max((box.right for box in self.boxes.values()), default=MARGIN)

    def middle(self, slot: Slot) -> int:
        """The height at which arrows pass a slot."""
        return self.tops[slot] + self.box_height // 2


AS_WORKFLOW = Spacing()


def layout_of(nodes: Sequence[Node], spacing: Spacing = AS_WORKFLOW) -> Layout:
    """Columns from left to right, everything right of all it needs."""
    layers = layers_of(nodes)
    ways = [_way(need, node.key, layers) for node in nodes for need in node.needs]
    slots = {(layers[node.key], node.key): 1.0 for node in nodes}
    for slot in chain.from_iterable(ways):
        slots.setdefault(slot, spacing.passing)
    height = height_of(max((len(node.lines) for node in nodes), default=1))
    top, step = MARGIN + TITLE_HEIGHT, height + spacing.row_gap
    rows = rows_of(_columns(slots), _links(ways))
    tops = {slot: top + round(row * step) for slot, row in rows.items()}
    lefts, widths = _across(nodes, layers, spacing.gap)
    boxes = {}
    for node in nodes:
        layer = layers[node.key]
        x, y = lefts[layer], tops[layer, node.key]
        boxes[node.key] = Box(node, layer, x, y, widths[layer], height)
    return Layout(boxes, tops, ways, height)


def layers_of(nodes: Iterable[Node]) -> dict[str, int]:
    """How many nodes the longest way to each has; what needs nothing stands near its use."""
    needs = {node.key: node.needs for node in nodes}
    layers: dict[str, int] = {}
    for key in TopologicalSorter(needs).static_order():
        layers[key] = max((layers[need] + 1 for need in needs[key]), default=0)
    first_use: dict[str, int] = {}
    for key, layer in layers.items():
        for need in needs[key]:
            first_use[need] = min(layer, first_use.get(need, layer))
    return layers | {need: use - 1 for need, use in first_use.items() if not needs[need]}


def _way(need: str, key: str, layers: Mapping[str, int]) -> list[Slot]:
    """The slots an arrow passes from one node to another, both ends included.

    All arrows from one node share the slots on which they pass others.
    """
    between = range(layers[need] + 1, layers[key])
    return [(layers[need], need), *((layer, f"{need}>") for layer in between), (layers[key], key)]


def _columns(slots: Mapping[Slot, float]) -> list[dict[Slot, float]]:
    """The slots of each layer, and how much of a row each takes."""
    by_layer = groupby(sorted(slots, key=itemgetter(0)), key=itemgetter(0))
    return [{slot: slots[slot] for slot in column} for _, column in by_layer]


def _links(ways: Iterable[list[Slot]]) -> list[tuple[Slot, Slot]]:
    """What arrows join from one column to the next, each pair once."""
    return list(dict.fromkeys(chain.from_iterable(map(pairwise, ways))))


def _across(
    nodes: Iterable[Node], layers: Mapping[str, int], gap: int
) -> tuple[list[int], list[int]]:
    """Where each column begins, and how wide it is."""
    widths = [0] * (max(layers.values(), default=-1) + 1)
    for node in nodes:
        layer = layers[node.key]
        widths[layer] = max(widths[layer], text_width(node.lines, node.shape))
    return list(accumulate((width + gap for width in widths), initial=MARGIN)), widths
