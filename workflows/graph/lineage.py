"""A lineage drawn: what everything was made from, as an SVG picture and as Mermaid text."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.template.loader import render_to_string

from books.management import tables
from workflows.errors import InvalidInput
from workflows.graph.bundles import Bundle, bundles_of
from workflows.graph.labels import clean, lines_of, note_of
from workflows.graph.layout import Node, Spacing, layers_of, layout_of
from workflows.graph.picture import frame, mermaid_node

KINDS = {"box": "artifact", "round": "chapter", "hexagon": "version"}
SPACING = Spacing(gap=64, row_gap=26, passing=0.25)
MOST_BOXES = 2000
MOST_STRETCHES = 20_000
MOST_MERMAID_ARROWS = 500
MOST_MERMAID_LETTERS = 50_000
LONGEST_TITLE = 80
LEGEND_WIDTH = 760
MERMAID_STALE = "classDef stale stroke-dasharray: 6 4"


def nowhere(_bundle: Bundle) -> str:
    return ""


def lineage_svg(
    lineage: Mapping[str, Any],
    *,
    title: str,
    styled: bool = True,
    way: Callable[[Bundle], str] = nowhere,
) -> str:
    """A self-contained picture, light or dark as the reader prefers; one that is not `styled` is
    for a page that has the look of it. `way` answers the address to which a box leads.

    Raises InvalidInput where there are more boxes, or longer arrows, than anybody could read.
    """
    nodes = nodes_of(lineage, way)
    _refuse_more_than_can_be_read(nodes)
    layout = layout_of(nodes, SPACING)
    beside = f"{_counted(len(lineage['nodes']), 'node')} in {_counted(len(nodes), 'box')}"
    context = frame(layout, clean(title, LONGEST_TITLE), beside, layout.floor)
    context |= {
        "width": max(context["width"], LEGEND_WIDTH),
        "key": _key(title, nodes),
        "name": f"{clean(title, len(title))}: {beside}",
        "kinds": KINDS,
        "styled": styled,
    }
    return render_to_string("workflows/lineage.svg", context)


def lineage_mermaid(lineage: Mapping[str, Any]) -> str:
    """A flowchart from left to right, with the boxes of the picture.

    Raises InvalidInput where Mermaid would refuse to draw it.
    """
    nodes = nodes_of(lineage)
    boxes = [mermaid_node(node) + (":::stale" if node.stale else "") for node in nodes]
    arrows = [f"{need} --> {node.key}" for node in nodes for need in node.needs]
    stale = [MERMAID_STALE] if any(node.stale for node in nodes) else []
    text = "\n    ".join(["flowchart LR", *boxes, *arrows, *stale]) + "\n"
    if len(arrows) > MOST_MERMAID_ARROWS or len(text) > MOST_MERMAID_LETTERS:
        raise InvalidInput(
            f"{len(arrows)} arrows in {len(text)} letters; Mermaid draws {MOST_MERMAID_ARROWS} in"
            f" {MOST_MERMAID_LETTERS} at most: --format svg may draw them, --format json has all"
        )
    return text


def lineage_text(lineage: Mapping[str, Any]) -> str:
    """A line for each box, what others were made from first, with the numbers of its sources."""
    nodes = nodes_of(lineage)
    layers = layers_of(nodes)
    nodes.sort(key=lambda node: layers[node.key])
    numbers = {node.key: number for number, node in enumerate(nodes, start=1)}
    told = [
        {
            "no": numbers[node.key],
            "what": " · ".join(node.lines),
            "made_from": sorted(numbers[need] for need in node.needs),
            "stale": "stale" if node.stale else "",
        }
        for node in nodes
    ]
    return tables.rows(told, ())


def nodes_of(lineage: Mapping[str, Any], way: Callable[[Bundle], str] = nowhere) -> list[Node]:
    return [_node(bundle, way(bundle)) for bundle in bundles_of(lineage)]


def _node(bundle: Bundle, href: str) -> Node:
    return Node(
        bundle.key,
        bundle.first["kind"],
        lines_of(bundle),
        needs=bundle.needs,
        note=note_of(bundle),
        stacked=len(bundle.things) > 1,
        stale=bool(bundle.first.get("stale")),
        href=href,
    )


def _refuse_more_than_can_be_read(nodes: Sequence[Node]) -> None:
    if len(nodes) > MOST_BOXES:
        raise InvalidInput(
            f"{len(nodes)} boxes, and a picture has {MOST_BOXES} at most: --format json has all"
        )
    layers = layers_of(nodes)
    stretches = sum(layers[node.key] - layers[need] for node in nodes for need in node.needs)
    if stretches > MOST_STRETCHES:
        raise InvalidInput(
            f"arrows over {stretches} columns in all, and a picture has {MOST_STRETCHES} at most:"
            " --format json has all"
        )


def _counted(count: int, word: str) -> str:
    plural = "boxes" if word == "box" else f"{word}s"
    return f"{count} {word if count == 1 else plural}"


def _key(title: str, nodes: Sequence[Node]) -> str:
    """What tells the picture's ids from those of others on the same page."""
    return f"lineage-{sha256(repr((title, nodes)).encode(errors='replace')).hexdigest()[:12]}"
