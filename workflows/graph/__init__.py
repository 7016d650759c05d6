"""Workflows drawn from their definitions: as Mermaid text and as an SVG picture."""

from collections.abc import Mapping
from types import MappingProxyType

from django.template.loader import render_to_string

from workflows.definitions.definition import Definition, StepSpec
from workflows.graph.arrows import returns, rework_edges
from workflows.graph.layout import Node, layout_of
from workflows.graph.picture import frame, mermaid_node
from workflows.graph.standing import Standing

NOWHERE: Mapping[str, Standing] = MappingProxyType({})
NO_WAYS: Mapping[str, str] = MappingProxyType({})
KINDS = {"box": "work", "round": "review", "hexagon": "gate"}


def nodes_of(
    definition: Definition,
    standing: Mapping[str, Standing] = NOWHERE,
    ways: Mapping[str, str] = NO_WAYS,
) -> list[Node]:
    return [_node(step, standing.get(step.name), ways) for step in definition.steps]


def _node(step: StepSpec, standing: Standing | None, ways: Mapping[str, str]) -> Node:
    lines = (_starred(step), step.agent)
    return Node(
        step.name,
        step.kind,
        (*lines, standing.words) if standing else lines,
        needs=tuple(step.needs),
        state=standing.look if standing else "",
        href=ways.get(step.name, ""),
    )


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
    return _drawn(definition, nodes_of(definition), styled=True)


def on_page(
    definition: Definition,
    standing: Mapping[str, Standing] = NOWHERE,
    ways: Mapping[str, str] = NO_WAYS,
) -> str:
    """The picture within a page that has the look of it (`bindery/graph.css`), marked with where a
    run stands; `ways` has the addresses to which steps lead."""
    return _drawn(definition, nodes_of(definition, standing, ways), styled=False)


def _drawn(definition: Definition, nodes: list[Node], *, styled: bool) -> str:
    layout = layout_of(nodes)
    back = returns(definition, layout)
    deepest = max([layout.floor, *(way.label_y for way in back)])
    context = frame(layout, definition.title, _beside(definition), deepest) | {
        "key": definition.type,
        "name": f"{definition.title} ({definition.type})",
        "kinds": KINDS,
        "returns": back,
        "styled": styled,
    }
    return render_to_string("workflows/graph.svg", context)


def _starred(step: StepSpec) -> str:
    return f"★ {step.name}" if step.foreach else step.name


def _beside(definition: Definition) -> str:
    upstream = f" · takes from {', '.join(definition.upstream)}" if definition.upstream else ""
    return definition.type + upstream
