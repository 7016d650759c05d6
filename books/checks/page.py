"""One chapter's text, and what several rules want to know of it, worked out once."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from books.checks.abbreviations import Abbreviations, abbreviations
from books.checks.blocks import Block, blocks
from books.checks.entries import Entry, entries
from books.checks.outline import Heading, anchors, outline
from books.checks.prose import Prose, prose
from books.checks.sentences import Section, Sentence, sections, sentences

FILE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})?(?=[-_ ]|$)")


@dataclass(frozen=True)
class Page:
    slug: str
    path: str
    text: str

    @cached_property
    def prose(self) -> Prose:
        return prose(self.text)

    @cached_property
    def blocks(self) -> list[Block]:
        """Headings, paragraphs, lists, tables and the rest, in the order of the text."""
        return blocks(self.text)

    @cached_property
    def headings(self) -> list[Block]:
        return [block for block in self.blocks if block.kind == "heading"]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences of paragraphs, list items and quotes, in the order of the text."""
        return sentences(self.prose.masked, self.blocks)

    @cached_property
    def sections(self) -> list[Section]:
        """The sentences under each heading; a heading without any is left out."""
        return sections(self.headings, self.sentences)

    @cached_property
    def outline(self) -> list[Heading]:
        """The headings as a reader sees them."""
        return outline(self.text, self.blocks)

    def heading_at(self, offset: int) -> Heading | None:
        """The heading that a place stands in or under; None before the first."""
        above = bisect_right(self.outline, offset, key=lambda heading: heading.block.start)
        return self.outline[above - 1] if above else None

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Whatever a link to this chapter may name after its `#`."""
        return anchors(self.text, self.outline)

    @property
    def title(self) -> Heading | None:
        """The chapter's own heading: the first."""
        return self.outline[0] if self.outline else None

    @cached_property
    def file_number(self) -> tuple[int, ...]:
        """What the file's name begins with: (1, 5) for `01.5-quick-start`; empty for no number."""
        found = FILE_NUMBER.match(PurePosixPath(self.path).stem)
        return tuple(map(int, found[0].split("."))) if found else ()

    @property
    def number(self) -> tuple[int, ...]:
        """The chapter's number by its heading; empty where it bears none."""
        return self.title.number if self.title and self.title.counts_chapters else ()

    @cached_property
    def entries(self) -> list[Entry]:
        """What the chapter defines, if it is a glossary."""
        return entries(self.text, self.blocks, self.outline)

    @cached_property
    def abbreviations(self) -> Abbreviations:
        return abbreviations(self.prose.masked)

    @cached_property
    def chunks(self) -> frozenset[str]:
        """Whatever stands between spaces in it, words without any capital among others."""
        return frozenset(self.prose.masked.split())

    @cached_property
    def lowered(self) -> str:
        """The prose in small letters, a single space between words."""
        return " ".join(self.prose.masked.casefold().split())
