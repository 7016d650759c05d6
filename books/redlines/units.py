"""What is paired with what: paragraphs, and each line of a list, a table, a quotation.

A paragraph may have been broken into lines otherwise; its words are the same.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from books.cutting import INK, LINE

MOST_LINES = 40
"""A paragraph of more is no prose; each of its lines is a unit."""
QUOTED = re.compile(r"(?:[ \t]*>)+")
BEGINS = re.compile(r"[ \t]*(?:[#|<]|[-*+] |\d+[.)] |```|~~~|:::|\[\^|---|\*\*\*|$)")
ALONE = re.compile(r"[ \t]*(?:[#|]|```|~~~|:::|---|\*\*\*|$)")


class Form(StrEnum):
    """One does not become the other."""

    HEADING = "#"
    ROW = "|"
    PROSE = ""


class Unit(NamedTuple):
    """Lines from the first, counted from 1; `key` is what they say, white space made even: empty
    for a blank line, of a quotation too."""

    line: int
    start: int
    parts: Sequence[str]
    text: str
    key: str
    words: int

    @property
    def form(self) -> Form:
        first = self.key.lstrip("> ")[:1]
        return Form(first) if first in ("#", "|") else Form.PROSE

    def lines(self) -> "Iterator[Unit]":
        if len(self.parts) == 1:
            yield self
            return
        line, start = self.line, self.start
        for text in self.parts:
            yield unit(line, start, (text,))
            line, start = line + text.count("\n"), start + len(text)


def unit(line: int, start: int, parts: Sequence[str]) -> Unit:
    text = "".join(parts)
    words = INK.findall(text)
    key = " ".join(words)
    return Unit(line, start, parts, text, key if key.strip("> ") else "", len(words))


def units(text: str, step: int = 1) -> list[Unit]:
    """Of so many lines at a time as if they were one."""
    found: list[Unit] = []
    line, start = 1, 0
    lines = LINE.findall(text)
    stepped = ["".join(lines[at : at + step]) for at in range(0, len(lines), step)]
    for held in _paragraphs(stepped):
        for parts in [held] if len(held) <= MOST_LINES else ([one] for one in held):
            found.append(unit(line, start, parts))
            line += found[-1].text.count("\n")
            start += len(found[-1].text)
    return found


def together(parts: Sequence[Unit]) -> Unit:
    """Neighbours as one."""
    if len(parts) == 1:
        return parts[0]
    lines = [text for part in parts for text in part.parts]
    return unit(parts[0].line, parts[0].start, lines)


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    held: list[str] = []
    goes_on = quoted = False
    for line in lines:
        mark = QUOTED.match(line)
        bare = line[mark.end() :].rstrip() if mark else line.rstrip()
        if held and (not goes_on or BEGINS.match(bare) or (mark and not quoted)):
            yield held
            held = []
        if not held:
            goes_on, quoted = not ALONE.match(bare), bool(mark)
        held.append(line)
    if held:
        yield held
