"""What every picture of boxes and arrows shares, as SVG and as Mermaid."""

from typing import Any

from workflows.graph.arrows import arrows
from workflows.graph.layout import MARGIN, TITLE_HEIGHT, Layout, Node
from workflows.graph.shapes import MERMAID, SHAPES

MIN_WIDTH = 620
LEGEND_HEIGHT = 44
ESCAPES = str.maketrans(
    {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"}
)


def frame(layout: Layout, title: str, beside: str, deepest: int) -> dict[str, Any]:
    """What the template `picture.svg` needs of every picture, whose lines end at `deepest`."""
    return {
        "title": title,
        "beside": beside,
        "boxes": list(layout.boxes.values()),
        "leads": any(box.node.href for box in layout.boxes.values()),
        "arrows": arrows(layout),
        "left": MARGIN,
        "title_y": MARGIN + TITLE_HEIGHT // 3,
        "width": max(layout.right + MARGIN, _heading(title, beside), MIN_WIDTH),
        "height": deepest + LEGEND_HEIGHT + MARGIN // 2,
        "legend_y": deepest + LEGEND_HEIGHT - MARGIN // 2,
    }


def _heading(title: str, beside: str) -> int:
    """Room for the title and what stands beside it, estimated on the wide side."""
    return 2 * MARGIN + 13 * len(title) + 7 * len(beside)


def mermaid_node(node: Node) -> str:
    opening, closing = MERMAID[SHAPES[node.kind]]
    lines = (*node.lines, "stale") if node.stale else node.lines
    label = "<br/>".join(line.translate(ESCAPES) for line in lines)
    return f'{node.key}{opening}"{label}"{closing}'
