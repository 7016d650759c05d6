"""The places in a text that a rejection points at."""

from collections.abc import Sequence
from typing import Any

from workflows.errors import InvalidInput

SHAPE: dict[str, type] = {"chapter": str, "heading": str, "quote": str, "start": int, "end": int}


def checked_passages(passages: Sequence[Any]) -> list[dict[str, Any]]:
    """Passages with all five keys, absent ones null. Raises InvalidInput."""
    return [_checked(passage) for passage in passages]


def _checked(passage: Any) -> dict[str, Any]:
    if not isinstance(passage, dict) or not passage or set(passage) - set(SHAPE):
        raise InvalidInput(f"a passage holds {', '.join(SHAPE)}; not {passage!r}")
    for name, kind in SHAPE.items():
        if passage.get(name) is not None and type(passage[name]) is not kind:
            raise InvalidInput(f"a passage's {name} is not {passage[name]!r}")
    start, end = passage.get("start"), passage.get("end")
    if not 0 <= (start or 0) <= (end if end is not None else start or 0):
        raise InvalidInput(f"a passage goes from start to end, from 0; not from {start} to {end}")
    return {name: passage.get(name) for name in SHAPE}
