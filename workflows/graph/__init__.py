"""Workflows drawn from their definitions: as Mermaid text and as an SVG picture."""

from django.template.loader import render_to_string

from workflows.definitions.definition import Definition, StepSpec
from workflows.graph.arrows import returns, rework_edges
from workflows.graph.layout import Node, layout_of
from workflows.graph.picture import frame, mermaid_node

KINDS = {"box": "work", "round": "review", "hexagon": "gate"}


def nodes_of(definition: Definition) -> list[Node]:
    return [
        Node(step.name, step.kind, (_starred(step), step.agent), needs=tuple(step.needs))
        for step in definition.steps
    ]


def mermaid(definition: Definition) -> str:
    """A flowchart from left to right; dotted edges lead back to what a rejection reworks.

    Ids carry a prefix: words such as `end` mean something to Mermaid.
    """
    nodes = [f"s_{mermaid_node(node)}" for node in nodes_of(definition)]
    edges = [f"s_{need} --> s_{step.name}" for step in definition.steps for need in step.needs]
    back = [f"s_{judge} -. rejected .-> s_{target}" for judge, target in rework_edges(definition)]
    return "\n    ".join(["flowchart LR", *nodes, *edges, *back]) + "\n"


def svg(definition: Definition) -> str:
    """A self-contained picture, light or dark as the reader prefers."""
    layout = layout_of(nodes_of(definition))
    back = returns(definition, layout)
    deepest = max([layout.floor, *(way.label_y for way in back)])
    context = frame(layout, definition.title, _beside(definition), deepest) | {
        "key": definition.type,
        "name": f"{definition.title} ({definition.type})",
        "kinds": KINDS,
        "returns": back,
    }
    return render_to_string("workflows/graph.svg", context)


def _starred(step: StepSpec) -> str:
    return f"★ {step.name}" if step.foreach else step.name


def _beside(definition: Definition) -> str:
    upstream = f" · takes from {', '.join(definition.upstream)}" if definition.upstream else ""
    return definition.type + upstream
