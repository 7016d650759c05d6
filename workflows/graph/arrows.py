"""The lines of a picture: the way forward, and the dotted way back of a rejection."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.definitions.definition import Definition
from workflows.graph.layout import GAP, Box, Layout, Slot

HEAD = 2
LANE_HEIGHT = 28
ROUND = 8
SHELF = 10


@dataclass(frozen=True)
class Return:
    """The way back to one step. Every review and gate that sends work there joins it."""

    target: str
    path: str
    feeders: tuple[str, ...]
    label_x: int
    label_y: int


@dataclass(frozen=True)
class _Back:
    """What a way back connects, before it has a lane."""

    target: Box
    sources: list[Box]

    @property
    def shelf(self) -> int:
        """The level right below the boxes it connects."""
        return self.target.bottom + ROUND + SHELF

    @property
    def left(self) -> int:
        return self.target.x

    @property
    def right(self) -> int:
        return max(source.right for source in self.sources)

    def meets(self, other: "_Back") -> bool:
        return self.left <= other.right and other.left <= self.right


def rework_edges(definition: Definition) -> list[tuple[str, str]]:
    """Which step a rejection at each review and gate goes back to, where there is one."""
    judges = [step.name for step in definition.steps if step.kind != "work"]
    targets = [(name, definition.rework_target(name)) for name in judges]
    return [(name, target.name) for name, target in targets if target]


def arrows(layout: Layout) -> tuple[str, ...]:
    """A path for every need."""
    columns = {box.layer: box for box in layout.boxes.values()}
    return tuple(_arrow(layout, columns, way) for way in layout.ways)


def _arrow(layout: Layout, columns: Mapping[int, Box], way: list[Slot]) -> str:
    """From the right edge of one box to the left edge of another, past the columns between."""
    x, y = columns[way[0][0]].right, layout.middle(way[0])
    path = f"M{x},{y}"
    for slot in way[1:]:
        left, level = columns[slot[0]].x, layout.middle(slot)
        end = left - HEAD if slot is way[-1] else left
        half = (x + end) // 2
        path += f"H{end}" if level == y else f"C{half},{y} {half},{level} {end},{level}"
        x, y = columns[slot[0]].right, level
        path += "" if slot is way[-1] else f"H{x}"
    return path


def returns(definition: Definition, layout: Layout) -> tuple[Return, ...]:
    """The ways back, each in a lane below the boxes that no other uses on that stretch."""
    sources: dict[str, list[Box]] = {}
    for judge, target in rework_edges(definition):
        sources.setdefault(target, []).append(layout.boxes[judge])
    backs = [_Back(layout.boxes[name], boxes) for name, boxes in sources.items()]
    boxes = list(layout.boxes.values())
    on_shelf: list[_Back] = []
    lanes: list[list[_Back]] = []
    found = []
    for back in sorted(backs, key=lambda one: one.right - one.left):
        level = back.shelf
        if _free(back, layout) and not any(map(back.meets, on_shelf)):
            on_shelf.append(back)
        else:
            level = layout.floor + SHELF + LANE_HEIGHT * (_lane(lanes, back) + 1)
        found.append(_return(back, level, boxes))
    return tuple(found)


def _free(back: _Back, layout: Layout) -> bool:
    """Whether all it connects stands in one row, with nothing below on that stretch."""
    if any(source.y != back.target.y for source in back.sources):
        return False
    band = range(back.target.bottom, back.shelf + ROUND + SHELF)
    columns = [box for box in layout.boxes.values() if back.left <= box.x < back.right]
    passing = [layout.middle(slot) for way in layout.ways for slot in way[1:-1]]
    return not any(box.y in band for box in columns) and not any(y in band for y in passing)


def _lane(lanes: list[list[_Back]], back: _Back) -> int:
    """The first lane in which it meets no other; it is entered there."""
    for number, taken in enumerate(lanes):
        if not any(map(back.meets, taken)):
            taken.append(back)
            return number
    lanes.append([back])
    return len(lanes) - 1


def _return(back: _Back, level: int, boxes: list[Box]) -> Return:
    """One path from the farthest source to the target, and a shorter one for each other."""
    *near, far = sorted(back.sources, key=lambda box: box.center_x)
    target = back.target
    start, foot = _descent(far, level, boxes, -1)
    landing = _descent(target, level, boxes, 1)[1]
    path = f"{start}a{ROUND},{ROUND} 0 0 1 {-ROUND},{ROUND}H{landing + ROUND}"
    path += f"a{ROUND},{ROUND} 0 0 1 {-ROUND},{-ROUND}"
    if landing != target.center_x:
        path += f"V{target.bottom + SHELF}H{target.center_x}"
    path += f"V{target.bottom + HEAD}"
    feeders = tuple(_descent(box, level, boxes, -1)[0] + f"v{ROUND}" for box in near)
    label_x = (landing + foot) // 2
    return Return(target.node.key, path, feeders, label_x, level + 13)


def _descent(box: Box, level: int, boxes: list[Box], side: int) -> tuple[str, int]:
    """The way from a box down to just above `level`, and where it arrives.

    Straight down where nothing stands below; else beside the column, left of it for side -1.
    """
    start = f"M{box.center_x},{box.bottom}"
    between = range(box.bottom, level)
    if not any(other.layer == box.layer and other.y in between for other in boxes):
        return f"{start}V{level - ROUND}", box.center_x
    x = box.x - GAP // 3 if side < 0 else box.right + GAP // 3
    return f"{start}v{SHELF}H{x}V{level - ROUND}", x
