"""Workflows drawn from their definitions: as Mermaid text and as an SVG picture."""

from django.template.loader import render_to_string

from workflows.definitions.definition import Definition, Kind, StepSpec
from workflows.graph.arrows import arrows, returns, rework_edges
from workflows.graph.layout import BOX_HEIGHT, MARGIN, TITLE_HEIGHT, layout_of

SHAPES: dict[Kind, tuple[str, str]] = {
    "work": ("[", "]"),
    "review": ("([", "])"),
    "gate": ("{{", "}}"),
}
MERMAID_ESCAPES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;"})
MIN_WIDTH = 620
LEGEND_HEIGHT = 44


def mermaid(definition: Definition) -> str:
    """A flowchart from left to right; dotted edges lead back to what a rejection reworks."""
    nodes = [_node(step) for step in definition.steps]
    edges = [f"s_{need} --> s_{step.name}" for step in definition.steps for need in step.needs]
    back = [f"s_{judge} -. rejected .-> s_{target}" for judge, target in rework_edges(definition)]
    return "\n    ".join(["flowchart LR", *nodes, *edges, *back]) + "\n"


def svg(definition: Definition) -> str:
    """A self-contained picture, light or dark as the reader prefers."""
    layout = layout_of(definition)
    boxes = list(layout.boxes.values())
    back = returns(definition, layout)
    deepest = max([layout.floor, *(way.label_y for way in back)])
    context = {
        "definition": definition,
        "boxes": boxes,
        "box_height": BOX_HEIGHT,
        "arrows": arrows(layout),
        "returns": back,
        "left": MARGIN,
        "title_y": MARGIN + TITLE_HEIGHT // 3,
        "width": max(max(box.right for box in boxes) + MARGIN, _heading(definition), MIN_WIDTH),
        "height": deepest + LEGEND_HEIGHT + MARGIN // 2,
        "legend_y": deepest + LEGEND_HEIGHT - MARGIN // 2,
    }
    return render_to_string("workflows/graph.svg", context)


def _heading(definition: Definition) -> int:
    """Room for the title and what stands beside it, estimated on the wide side."""
    beside = f"{definition.type} · takes from {', '.join(definition.upstream)}"
    return 2 * MARGIN + 13 * len(definition.title) + 7 * len(beside)


def _node(step: StepSpec) -> str:
    """Ids carry a prefix: words such as `end` mean something to Mermaid."""
    opening, closing = SHAPES[step.kind]
    star = "★ " if step.foreach else ""
    label = f"{star}{step.name}<br/>{step.agent.translate(MERMAID_ESCAPES)}"
    return f's_{step.name}{opening}"{label}"{closing}'
