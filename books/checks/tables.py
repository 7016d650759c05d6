"""Tables: every row has as many cells as the header, and no cell is left empty by mistake."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from books.checks.blocks import Block
from books.checks.finding import Found
from books.checks.reading import Reading

SEPARATOR = re.compile(r"[ \t>]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?$")
ROW = re.compile(r"[ \t>]*\|[^\n]*\|[ \t]*$")
LINE = re.compile(r"[^\n]+")
ESCAPE_OR_PIPE = re.compile(r"\\.|(?P<pipe>\|)")
PREFIX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
GRID = "+-"
FEWEST_ROWS = 3  # from which on an empty cell among full ones stands out
MOSTLY = 0.5  # of a column's cells say something


@dataclass(frozen=True)
class Row:
    """The spans of its cells, and its own."""

    start: int
    end: int
    cells: list[tuple[int, int]]


def uneven(reading: Reading) -> Iterator[Found]:
    """Rows that do not fit the header, and what looks like a table and is none."""
    for block in reading.page.blocks:
        if block.kind == "table":
            yield from _uneven_rows(_rows(reading, block))
        elif block.kind == "paragraph":
            yield from _no_table(reading, block)


def empty_cells(reading: Reading) -> Iterator[Found]:
    """Empty cells between full ones. Rows and columns that are empty on purpose are left alone."""
    for block in reading.page.blocks:
        if block.kind == "table":
            yield from _left_empty(reading.text, _rows(reading, block))


def _uneven_rows(rows: list[Row]) -> Iterator[Found]:
    header, *others = rows
    width = len(header.cells)
    for row in others[1:]:
        if len(row.cells) != width:
            yield Found(row.start, row.end, _says(len(row.cells), width))


def _says(cells: int, width: int) -> str:
    return f"this row has {_cells(cells)}, its header {width}"


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _no_table(reading: Reading, block: Block) -> Iterator[Found]:
    """A header whose separator does not fit it, or rows without any separator."""
    if "|" not in reading.text[block.start : block.end]:
        return
    rows = _rows(reading, block)
    lines = [reading.text[row.start : row.end] for row in rows]
    if any(line.lstrip().startswith(GRID) for line in lines):
        return
    for (header, says), (row, separator) in pairwise(zip(rows, lines, strict=True)):
        if SEPARATOR.match(separator) and "|" in says:
            message = (
                f"the header has {_cells(len(header.cells))}, this line {len(row.cells)}: "
                "as it stands, it is no table"
            )
            yield Found(row.start, row.end, message)
            return
    if len(rows) > 1 and all(ROW.match(line) for line in lines[:3]):
        message = "these rows are no table without a line such as |---|---| under the header"
        yield Found(rows[0].start, rows[0].end, message)


def _left_empty(text: str, rows: list[Row]) -> Iterator[Found]:
    body = [row for row in rows[2:] if any(_says_something(text, cell) for cell in row.cells[1:])]
    if len(body) < FEWEST_ROWS:
        return
    width = len(rows[0].cells)
    full = [_share(text, body, column) for column in range(width)]
    for row in body:
        for column, cell in enumerate(row.cells[:width]):
            if column and full[column] > MOSTLY and not _says_something(text, cell):
                message = "this cell is empty; a dash says that nothing belongs here"
                yield Found(cell[0] - 1, min(cell[1] + 1, row.end), message)


def _share(text: str, rows: list[Row], column: int) -> float:
    """How many of the rows say something in a column, from 0 to 1."""
    cells = [row.cells[column] for row in rows if column < len(row.cells)]
    return sum(_says_something(text, cell) for cell in cells) / len(rows)


def _says_something(text: str, cell: tuple[int, int]) -> bool:
    return bool(text[cell[0] : cell[1]].strip())


def _rows(reading: Reading, block: Block) -> list[Row]:
    """The lines of a block, parted at the pipes that part cells."""
    masked = reading.prose.masked
    return [_row(masked, *found.span()) for found in LINE.finditer(masked, block.start, block.end)]


def _row(masked: str, start: int, end: int) -> Row:
    """Pipes in code are masked already, those after a backslash are text."""
    prefix = PREFIX.match(masked, start, end)
    start = prefix.end() if prefix else start
    end = start + len(masked[start:end].rstrip())
    borders = [
        found.start() for found in ESCAPE_OR_PIPE.finditer(masked, start, end) if found["pipe"]
    ]
    inner = [one for one in borders if one not in (start, end - 1)]
    first = start + (masked[start:end].startswith("|"))
    last = end - (end - 1 in borders and end - 1 > start)
    edges = [first - 1, *inner, max(first, last)]
    return Row(start, end, [(left + 1, right) for left, right in pairwise(edges)])
