"""What was made from what, as a graph."""

from collections.abc import Sequence
from typing import Any

from artifacts.lineage import Direction, lineage_of
from artifacts.models import Artifact


def lineage(artifacts: Sequence[Artifact]) -> dict[str, Any]:
    """From each artifact up to the chapters and versions it was made from, in a fixed order.

    Without what another day may change: whether it is stale.
    """
    told = lineage_of(artifacts, Direction.UP)
    return {
        "nodes": sorted(map(_lasting, told["nodes"]), key=lambda node: (node["kind"], node["id"])),
        "edges": sorted(told["edges"], key=lambda edge: (edge["from"], edge["to"])),
    }


def _lasting(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "stale"}
