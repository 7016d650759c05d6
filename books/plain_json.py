"""JSON as every database and every reader takes it."""

import json
import math
from typing import Any


def read_json(word: str) -> Any:
    """The value. Raises ValueError for what is no JSON, or not for everybody."""
    try:
        value = json.loads(word, parse_constant=_no_number, parse_float=_finite)
        plain = json.dumps(value, ensure_ascii=False)
        plain.encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if "\\u0000" in plain:
        raise ValueError("holds a NUL character")
    return value


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _finite(word: str) -> float:
    if not math.isfinite(number := float(word)):
        raise ValueError(f"{word} is too large")
    return number
