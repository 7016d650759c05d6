"""What was made from what, as a graph."""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from artifacts.models import Artifact


def lineage(artifacts: Iterable[Artifact]) -> dict[str, Any] | None:
    """From each artifact up to the chapters and versions it was made from, in a fixed order.

    Without what another day may change: whether it is stale. None where nothing can tell.
    """
    if not find_spec("artifacts.lineage"):
        return None
    told = import_module("artifacts.lineage").lineage_of(list(artifacts), "up")
    return {
        "nodes": sorted(map(_lasting, told["nodes"]), key=lambda node: (node["kind"], node["id"])),
        "edges": sorted(told["edges"], key=lambda edge: (edge["from"], edge["to"])),
    }


def _lasting(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "stale"}
