"""What a file says, line by line, and what in it cannot be read."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from books.exchange.cells import plain
from books.exchange.tables import Table
from books.plain_json import read_json

MOST_BYTES, MOST_LINES = 1_000_000, 1000
NOT_UTF8 = "the text is not in UTF-8; spreadsheets write that when it is saved as “CSV UTF-8”"


@dataclass(frozen=True)
class Problem:
    """`line` counts from 1, as an editor shows it; in JSON it is the number of the object."""

    line: int
    column: str
    what: str


@dataclass(frozen=True)
class Line:
    number: int
    said: dict[str, str]


@dataclass
class Reading:
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(table: Table, content: bytes, form: str) -> Reading:
    """The lines of a CSV or JSON file with all that is wrong in their shape."""
    reading = Reading()
    try:
        text = content.decode("utf-8-sig")
        numbered = list(_json(text) if form == "json" else _csv(text, table, reading.problems))
    except UnicodeDecodeError as error:
        return Reading(problems=[Problem(content.count(b"\n", 0, error.start) + 1, "", NOT_UTF8)])
    except (ValueError, RecursionError) as error:
        return Reading(problems=[Problem(1, "", f"this is no {form.upper()}: {error}")])
    if len(numbered) > MOST_LINES:
        what = f"more than {MOST_LINES} at once are too many"
        return Reading(problems=[Problem(MOST_LINES + 1, "", what)])
    seen: dict[str, int] = {}
    for number, cells in numbered:
        wrong = list(_wrong(table, number, cells, seen))
        reading.problems += wrong
        if not wrong:
            seen[cells["slug"]] = number
            reading.lines.append(Line(number, cells))
    return reading


def _csv(text: str, table: Table, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Lines of another length than the first are left out, and told."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_between(text))
    number, before = 1, 0
    try:
        head = next(rows, [])
        if wrong := list(_wrong_head(table, head)):
            problems += wrong
            return
        before = rows.line_num
        for cells in rows:
            number, before = before + 1, rows.line_num
            if any(cells) and len(cells) != len(head):
                what = f"has {len(cells)} cells, the first line has {len(head)}"
                problems.append(Problem(number, "", what))
            elif any(cells):
                yield number, dict(zip(head, map(plain, cells), strict=True))
    except csv.Error as error:
        problems.append(Problem(before + 1, "", f"this is no CSV: {error}"))


def _between(text: str) -> str:
    """What stands between two cells: no column has it in its name."""
    head = text.partition("\n")[0]
    return ";" if ";" in head and "," not in head else ","


def _wrong_head(table: Table, head: list[str]) -> Iterator[Problem]:
    for column in sorted({one for one in head if one not in table.columns}):
        yield Problem(1, column, _no_column(table))
    for column in sorted({one for one in head if head.count(one) > 1}):
        yield Problem(1, column, "stands there more than once")
    if "slug" not in head:
        yield Problem(1, "slug", f"every {table.noun} is named by its slug: a column is needed")


def _no_column(table: Table) -> str:
    return f"no such column; there are {', '.join(table.columns)}"


def _json(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    found = read_json(text)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("a list of objects is needed")
    for number, one in enumerate(found, start=1):
        yield number, {key: "" if value is None else value for key, value in one.items()}


def _wrong(
    table: Table, number: int, cells: dict[str, Any], seen: dict[str, int]
) -> Iterator[Problem]:
    for column, value in cells.items():
        if column not in table.columns:
            yield Problem(number, column, _no_column(table))
        elif not isinstance(value, str):
            yield Problem(number, column, f"{json.dumps(value)[:80]} is no text")
        elif "\0" in value:
            yield Problem(number, column, "has a character that no text may have")
    slug = cells.get("slug")
    if not slug:
        yield Problem(number, "slug", f"every {table.noun} is named by its slug")
    elif isinstance(slug, str) and slug in seen:
        yield Problem(number, "slug", f"line {seen[slug]} is about {slug} already")
