"""Answers laid out for a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from textwrap import indent
from typing import Any


def cell(value: Any) -> str:
    """One line of text for any JSON value; `-` for null and empty."""
    if value is None or value in ("", [], {}):
        return "-"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {cell(item)}" for key, item in value.items())
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, list):
        return ", ".join(cell(item) for item in value)
    return " ".join(str(value).split())


MOST_IN_A_CELL = 72
MOST_AT_THE_END = 240  # of a line, where nothing is pushed aside


def short(word: str, most: int = MOST_IN_A_CELL) -> str:
    return word if len(word) <= most else f"{word[: most - 1]}…"


def rows(nouns: Sequence[dict[str, Any]], columns: Iterable[str]) -> str:
    """A table, one line a noun, of `columns` (all the first noun's fields where none are named)."""
    if not nouns:
        return "none"
    names = list(columns) or list(nouns[0])
    most = [*[MOST_IN_A_CELL] * (len(names) - 1), MOST_AT_THE_END]
    lines = [
        names,
        *([short(cell(noun[n]), m) for n, m in zip(names, most, strict=True)] for noun in nouns),
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(names))]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def fields(noun: dict[str, Any], parts: Mapping[str, Iterable[str]]) -> str:
    """One field a line; a list of nouns as a table below its name, of the columns in `parts`."""
    width = max(map(len, noun), default=0)
    lines = []
    for name, value in noun.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [name, indent(rows(value, parts.get(name, ())), "  ")]
        else:
            lines.append(f"{name.ljust(width)}  {cell(value)}")
    return "\n".join(lines)
