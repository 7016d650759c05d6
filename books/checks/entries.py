"""The entries of a glossary: what it defines, and where."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from books.checks.blocks import Block
from books.checks.outline import Heading, plain

BOLD = re.compile(
    r"[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(?P<mark>\*\*|__)(?P<term>[^*_\n]{1,80})(?P=mark)"
)
DEFINED = re.compile(r"[ \t]*(?P<term>[^\s:][^\n]{0,79})\n(?:[ \t]*\n)?[ \t]{0,3}[:~][ \t]+\S")
CELL = re.compile(r"[ \t>]*\|?[ \t]*(?P<term>[^|\n]{1,80}?)[ \t]*\|")
ALIASES = re.compile(r"(?P<main>[^()]*)\((?P<other>[^()]*)\)")
ENDING = " \t.:,;–—-*_"
LEAD = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """`term` as written; `forms` are all that it is called; `section` is the heading above it."""

    term: str
    forms: tuple[str, ...]
    start: int
    end: int
    section: int

    @property
    def key(self) -> str:
        """By what it is sorted: its first form, article, case and punctuation aside."""
        return " ".join(re.findall(r"\w+", LEAD.sub("", self.forms[0], count=1).casefold()))


def entries(text: str, blocks: Iterable[Block], outline: Iterable[Heading]) -> list[Entry]:
    """In the order of the text: bold words that begin a paragraph or an item, definition lists,
    first cells of tables; where there is none of those, the deepest headings."""
    outline, found = list(outline), []
    section = -1
    for block in blocks:
        if block.kind == "heading":
            section = block.start
        for start, end in _terms(text, block):
            found.append(_entry(text, start, end, section))
    return found or list(_headings(text, outline))


def _terms(text: str, block: Block) -> Iterator[tuple[int, int]]:
    if block.kind == "paragraph":
        for pattern in (BOLD, DEFINED):
            if term := pattern.match(text, block.start, block.end):
                yield term.span("term")
                return
    elif block.kind == "table":
        lines = re.finditer(r"[^\n]+", text[block.start : block.end])
        for place, line in enumerate(lines):
            cell = CELL.match(line[0]) if place > 1 else None
            if cell and plain(cell["term"]):
                start = block.start + line.start()
                yield start + cell.start("term"), start + cell.end("term")


def _headings(text: str, outline: list[Heading]) -> Iterator[Entry]:
    deepest = max((one.level for one in outline), default=0)
    for heading in outline[1:]:
        if heading.level == deepest and len(heading.words) > 1:
            yield _entry(text, heading.start, heading.end, -1)


def _entry(text: str, start: int, end: int, section: int) -> Entry:
    end = start + (len(text[start:end].rstrip(ENDING)) or end - start)
    term = plain(text[start:end])
    return Entry(term, tuple(_forms(term)) or (term,), start, end, section)


def _forms(term: str) -> Iterator[str]:
    """`Difficulty Class (DC)` is called both; `Cover, fragile` is called `fragile Cover` too."""
    aliases = ALIASES.fullmatch(term)
    parts = [aliases["main"], aliases["other"]] if aliases else [term]
    for part in parts:
        first, comma, rest = part.partition(",")
        yield from (one.strip() for one in part.split("/") if one.strip())
        if comma and rest.strip():
            yield f"{rest.strip()} {first.strip()}"
