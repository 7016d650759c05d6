"""The outlines of boxes, and how much room their text takes."""

from collections.abc import Sequence
from typing import Literal
from unicodedata import east_asian_width

Shape = Literal["box", "round", "hexagon"]
SHAPES: dict[str, Shape] = {
    "work": "box",
    "review": "round",
    "gate": "hexagon",
    "artifact": "box",
    "chapter": "round",
    "version": "hexagon",
}
MERMAID: dict[Shape, tuple[str, str]] = {
    "box": ("[", "]"),
    "round": ("([", "])"),
    "hexagon": ("{{", "}}"),
}

BEVEL = 14
CORNER = 4
HALF_ROUND = 26
NARROWEST = 46


def height_of(lines: int) -> int:
    return 18 + 17 * lines


def text_width(lines: Sequence[str], shape: Shape) -> int:
    """Room for 14 pixel bold and 12 pixel letters, estimated on the wide side."""
    bold, *others = map(_cells, lines)
    text = max(9 * bold, *(7 * cells for cells in others), NARROWEST)
    return text + (44 if shape == "hexagon" else 24)


def _cells(text: str) -> int:
    """Letters of East Asia are twice as wide as others."""
    return len(text) + sum(east_asian_width(letter) in "WF" for letter in text)


def outline(shape: Shape, x: int, y: int, width: int, height: int) -> str:
    if shape == "hexagon":
        return _hexagon(x, y, width, height)
    r = min(HALF_ROUND, height // 2) if shape == "round" else CORNER
    across, down = width - 2 * r, height - 2 * r
    return (
        f"M{x + r},{y}h{across}a{r},{r} 0 0 1 {r},{r}v{down}a{r},{r} 0 0 1 {-r},{r}"
        f"h{-across}a{r},{r} 0 0 1 {-r},{-r}v{-down}a{r},{r} 0 0 1 {r},{-r}z"
    )


def _hexagon(x: int, y: int, width: int, height: int) -> str:
    up, down = height // 2, height - height // 2
    return (
        f"M{x + BEVEL},{y}h{width - 2 * BEVEL}l{BEVEL},{up}l{-BEVEL},{down}"
        f"h{2 * BEVEL - width}l{-BEVEL},{-down}z"
    )
