"""Cells of a CSV that no spreadsheet takes for a formula."""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r]")
QUOTED = re.compile(r"'+[=+\-@\t\r]")


def neutral(word: str) -> str:
    """With an apostrophe before what a spreadsheet would compute. `plain` undoes it."""
    return f"'{word}" if FORMULA.match(word) else word


def plain(cell: str) -> str:
    return cell[1:] if QUOTED.match(cell) else cell
