"""Where everything stands in the picture of a workflow. All lengths are whole pixels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from operator import itemgetter

from workflows.definitions.definition import Definition, StepSpec

MARGIN = 24
BOX_HEIGHT = 52
ROW_HEIGHT = BOX_HEIGHT + 40
GAP = 38
TITLE_HEIGHT = 40
BEVEL = 14

Slot = tuple[int, str]
"""A place in a column: its layer and a step's name, or `from>to` where an arrow passes by."""


@dataclass(frozen=True)
class Box:
    """A step. `outline` is the path of its shape, `x` and `y` its upper left corner."""

    step: StepSpec
    layer: int
    x: int
    y: int
    width: int
    outline: str

    @property
    def center_x(self) -> int:
        return self.x + self.width // 2

    @property
    def name_y(self) -> int:
        return self.y + 22

    @property
    def agent_y(self) -> int:
        return self.y + 39

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + BOX_HEIGHT


@dataclass(frozen=True)
class Layout:
    """The boxes by step, and the rows of all slots, from which arrows are drawn."""

    boxes: Mapping[str, Box]
    rows: Mapping[Slot, float]
    ways: list[list[Slot]]

    @property
    def floor(self) -> int:
        """Below every box and every passing arrow."""
        return max(map(top_of, self.rows.values())) + BOX_HEIGHT

    def middle(self, slot: Slot) -> int:
        """The height at which arrows pass a slot."""
        return top_of(self.rows[slot]) + BOX_HEIGHT // 2


def layout_of(definition: Definition) -> Layout:
    layers = layers_of(definition)
    ways = [_way(need, step.name, layers) for step in definition.steps for need in step.needs]
    slots: dict[Slot, None] = {(layers[step.name], step.name): None for step in definition.steps}
    for way in ways:
        slots |= dict.fromkeys(way)
    rows = _rows(ways, slots)
    return Layout(_boxes(definition, layers, rows), rows, ways)


def layers_of(definition: Definition) -> dict[str, int]:
    """How many steps the longest way from the start to each step has."""
    layers: dict[str, int] = {}
    waiting = list(definition.steps)
    while waiting:
        ready = [step for step in waiting if all(need in layers for need in step.needs)]
        for step in ready:
            layers[step.name] = max((layers[need] + 1 for need in step.needs), default=0)
        waiting = [step for step in waiting if step.name not in layers]
    return layers


def _way(need: str, name: str, layers: Mapping[str, int]) -> list[Slot]:
    """The slots an arrow passes from one step to another, both ends included."""
    between = range(layers[need] + 1, layers[name])
    passing = [(layer, f"{need}>{name}") for layer in between]
    return [(layers[need], need), *passing, (layers[name], name)]


def _rows(ways: Iterable[list[Slot]], slots: Iterable[Slot]) -> dict[Slot, float]:
    """A row for each slot, 0 at the top: near the mean of those it follows, none twice.

    Of slots that wish for one row, the earlier in the definition stands higher.
    """
    before: dict[Slot, list[Slot]] = {}
    for left, right in (pair for way in ways for pair in pairwise(way)):
        before.setdefault(right, []).append(left)
    rows: dict[Slot, float] = {}
    for _, column in groupby(sorted(slots, key=itemgetter(0)), key=itemgetter(0)):
        wished = {slot: _mean([rows[one] for one in before.get(slot, [])]) for slot in column}
        order = sorted(wished, key=wished.__getitem__)
        placed = list(accumulate((wished[slot] for slot in order), lambda a, b: max(a + 1, b)))
        drift = _mean([row - wished[slot] for slot, row in zip(order, placed, strict=True)])
        rows |= {slot: row - drift for slot, row in zip(order, placed, strict=True)}
    top = min(rows.values())
    return {slot: row - top for slot, row in rows.items()}


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _boxes(
    definition: Definition, layers: Mapping[str, int], rows: Mapping[Slot, float]
) -> dict[str, Box]:
    widths = [0] * (max(layers.values()) + 1)
    for step in definition.steps:
        widths[layers[step.name]] = max(widths[layers[step.name]], _width(step))
    lefts = list(accumulate((width + GAP for width in widths), initial=MARGIN))
    boxes = {}
    for step in definition.steps:
        layer = layers[step.name]
        x, y, width = lefts[layer], top_of(rows[layer, step.name]), widths[layer]
        boxes[step.name] = Box(step, layer, x, y, width, _outline(step, x, y, width))
    return boxes


def top_of(row: float) -> int:
    return MARGIN + TITLE_HEIGHT + round(row * ROW_HEIGHT)


def _width(step: StepSpec) -> int:
    """Room for both lines: 14 pixel bold and 12 pixel letters, estimated on the wide side."""
    name = 9 * (len(step.name) + 2 * step.foreach)
    return max(name, 7 * len(step.agent), 46) + (44 if step.kind == "gate" else 24)


def _outline(step: StepSpec, x: int, y: int, width: int) -> str:
    """A hexagon for a gate, else a box: for a review with half-round ends."""
    if step.kind == "gate":
        half = BOX_HEIGHT // 2
        return f"M{x + BEVEL},{y}h{width - 2 * BEVEL}l{BEVEL},{half}l{-BEVEL},{half}" + (
            f"h{2 * BEVEL - width}l{-BEVEL},{-half}z"
        )
    r = BOX_HEIGHT // 2 if step.kind == "review" else 4
    across, down = width - 2 * r, BOX_HEIGHT - 2 * r
    return (
        f"M{x + r},{y}h{across}a{r},{r} 0 0 1 {r},{r}v{down}a{r},{r} 0 0 1 {-r},{r}"
        f"h{-across}a{r},{r} 0 0 1 {-r},{-r}v{-down}a{r},{r} 0 0 1 {r},{-r}z"
    )
