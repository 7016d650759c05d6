"""A book as lines that keep their identity, so that what is planted in one is found again by it.

Blocks are told by their shape alone and by nothing that the checks use.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeVar

from books.checks import Book, Page
from books.manuscript import read

INDENT = " " * 8
ITEM = re.compile(r"(?:> )?\s*(?:[-*]|\d+\.) \S")
HEADING = re.compile(r"#{1,6} \S")
T = TypeVar("T")


@dataclass(eq=False)
class Line:
    """`was` is its number in the chapter as it was found, 0 for a line that is new."""

    text: str
    was: int = 0
    taken: bool = False


@dataclass
class Block:
    """Lines without an empty one between them."""

    kind: str
    lines: list[Line]

    @property
    def words(self) -> int:
        return sum(len(line.text.split()) for line in self.lines)

    @property
    def is_free(self) -> bool:
        return not any(line.taken for line in self.lines)

    def take(self) -> None:
        for line in self.lines:
            line.taken = True


Where = tuple[str, Line]  # a chapter's slug, and the line a fault stands in


@dataclass(eq=False)
class Chapter:
    slug: str
    path: str
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def page(self) -> Page:
        return Page(self.slug, self.path, self.text)

    @property
    def blocks(self) -> list[Block]:
        return list(_blocks(self.lines))

    @property
    def sections(self) -> list[list[Block]]:
        """Each heading with the blocks below it."""
        parts: list[list[Block]] = []
        for block in self.blocks:
            if block.kind == "heading":
                parts.append([])
            if parts:
                parts[-1].append(block)
        return parts

    def put_after(self, line: Line, *texts: str) -> list[Line]:
        """New lines after that one, all of them taken."""
        new = [Line(text, taken=True) for text in texts]
        at = self.lines.index(line) + 1
        self.lines[at:at] = new
        return new


@dataclass(eq=False)
class Manuscript:
    chapters: list[Chapter]
    files: list[str]
    rng: random.Random

    @property
    def book(self) -> Book:
        return Book.of([chapter.page for chapter in self.chapters], self.files)

    @property
    def prose(self) -> list[Chapter]:
        """The chapters but the glossary and the index, which are lists of words."""
        return [one for one in self.chapters if not one.slug.endswith(("glossary", "index"))]

    @property
    def glossary(self) -> Chapter:
        return next(one for one in self.chapters if one.slug.endswith("glossary"))

    def blocks(self, fits: Callable[[Block], bool]) -> tuple[Chapter, Block]:
        """Any block that fits and is free, and its chapter; taken from now on."""
        chapter, block = self.any_of(lambda one: [b for b in one.blocks if b.is_free and fits(b)])
        block.take()
        return chapter, block

    def section(self, fits: Callable[[list[Block]], bool]) -> tuple[Chapter, list[Block]]:
        """Any section that fits and is free, and its chapter; taken from now on."""

        def free(chapter: Chapter) -> list[list[Block]]:
            return [one for one in chapter.sections if all(b.is_free for b in one) and fits(one)]

        chapter, section = self.any_of(free)
        for block in section:
            block.take()
        return chapter, section

    def any_of(self, of: Callable[[Chapter], list[T]]) -> tuple[Chapter, T]:
        by_chapter = [(chapter, found) for chapter in self.prose if (found := of(chapter))]
        chapter, found = self.rng.choice(by_chapter)
        return chapter, self.rng.choice(found)


def opened(folder: Path, rng: random.Random) -> Manuscript:
    manuscript = read(folder)
    chapters = [
        Chapter(one.slug, one.path, [Line(*pair) for pair in zip(one.text.split("\n"), count(1))])
        for one in manuscript.chapters
    ]
    return Manuscript(chapters, [asset.path for asset in manuscript.assets], rng)


def _blocks(lines: list[Line]) -> Iterator[Block]:
    gathered: list[Line] = []
    fenced = False
    for line in [*lines, Line("")]:
        fence = line.text.lstrip("> ").startswith("```")
        fenced ^= fence
        if line.text.strip() and not (fenced or fence) and not HEADING.match(line.text):
            gathered.append(line)
            continue
        if gathered:
            yield Block(_kind(gathered), gathered)
        gathered = []
        if HEADING.match(line.text) and not fenced:
            yield Block("heading", [line])


def _kind(lines: list[Line]) -> str:
    texts = [line.text for line in lines]
    if any("<!--" in text for text in texts):
        return "other"
    if all(re.match(r"(?:> )?\|.*\|$", text) for text in texts):
        return "table"
    if all(text.startswith(">") for text in texts):
        return "quote"
    return "list" if ITEM.match(texts[0]) else _kind_of_prose(texts)


def _kind_of_prose(texts: list[str]) -> str:
    first, *others = texts
    if not re.match(r"[A-Z*]", first) or not all(one.startswith(INDENT) for one in others):
        return "other"
    if any(ITEM.match(one) for one in texts):
        return "other"
    return "indented" if others else "paragraph"
