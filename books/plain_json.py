"""JSON as every database and every reader takes it."""

import json
import math
from collections import Counter
from typing import Any

MOST_DEPTH = 100  # what reads it once more goes down by calls of its own


def read_json(word: str) -> Any:
    """The value. Raises ValueError for what is no JSON, or not for everybody."""
    try:
        value = json.loads(
            word, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_object
        )
        plain = json.dumps(value, ensure_ascii=False)
        plain.encode()
        depth = _depth(value)
    except RecursionError:
        depth = MOST_DEPTH + 1
    if depth > MOST_DEPTH:
        raise ValueError("nested too deeply")
    if "\\u0000" in plain:
        raise ValueError("holds a NUL character")
    return value


def _depth(value: Any) -> int:
    """How many objects and lists lie in one another."""
    within = value.values() if isinstance(value, dict) else value
    return 1 + max(map(_depth, within), default=0) if isinstance(value, dict | list) else 0


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What stands twice would count once, and nobody would know which."""
    said = dict(pairs)
    if len(said) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f'"{twice}" stands twice in an object')
    return said


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _finite(word: str) -> float:
    if not math.isfinite(number := float(word)):
        raise ValueError(f"{word} is too large")
    return number
