"""The chapters of a gate: a line of the list for each, and the section that shows one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.cache import caches
from django.http import QueryDict
from django.urls import reverse

from artifacts.models import Artifact
from books.chapter_text import word_count
from books.redlines import across
from config.console.gates.checked import KEPT, Checked, checked, held_to
from config.console.redlines import Shown, between
from config.console.redlines.across import OF_A_WORD, Became, Whereabouts, ends, moved
from config.console.redlines.keeping import Texts
from events.gates.answers import Answered
from workflows.agents.house import House
from workflows.matter import Compared, Matter

ALL, LAST = "all", "last"
SINCE = (ALL, LAST)
FORM = "3"
"""Of a weight as it is kept; another number where it changes."""


class Weight(NamedTuple):
    """What a line of the list tells of a change; `before` are the words of what it is compared
    with."""

    before: int
    words: int
    added: int
    removed: int
    moved: int
    new: int
    gone: int


@dataclass(frozen=True)
class Line:
    """A chapter in the list. `was` is the text it is compared with; it has no `weight` while
    nobody has worked it out. `asked` is what its address says besides, as a query."""

    number: int
    gate: int
    chapter: Compared
    was: str
    weight: Weight | None
    rejections: Sequence[Answered]
    asked: str

    @property
    def slug(self) -> str:
        """Of its redline."""
        return f"c{self.number}"

    @property
    def differs(self) -> bool:
        return self.was != self.chapter.now

    @property
    def open(self) -> int:
        return sum(not one.rejection.resolved for one in self.rejections)

    @property
    def address(self) -> str:
        """Of the chapter alone, as a page or as a part."""
        place = reverse("console:gate-chapter", args=[self.gate, self.chapter.slug])
        return f"{place}?{self.asked}" if self.asked else place

    @property
    def preview(self) -> str:
        return preview_of(self.chapter.made) if self.chapter.made else ""

    @property
    def section_address(self) -> str:
        """Of the whole section, for the page of the gate."""
        return f"{self.address}{'&' if '?' in self.address else '?'}section=1"


def preview_of(artifact: Artifact) -> str:
    """The address at which an artifact is looked at."""
    return reverse("console:preview", args=[artifact.public_id])


@dataclass(frozen=True)
class Section:
    """A chapter with all that is said of it."""

    line: Line
    shown: Shown
    checked: Checked


class Chapters:
    """Those of a gate as one asks for them: all that changed, or what did since the last round."""

    def __init__(self, matter: Matter, told: Sequence[Answered], since: str, read: str) -> None:
        """`read` is the digest of what one began to read: their addresses carry it along."""
        self.matter, self.run = matter, matter.step.run
        self.since = since if self.rounds else ALL
        self.told = told
        self._texts = Texts()
        words = {"since": self.since if self.since != ALL else "", "read": read}
        self.asked = urlencode({name: word for name, word in words.items() if word})

    @cached_property
    def house(self) -> House:
        return House(self.run)

    @cached_property
    def _held_to(self) -> str:
        return held_to(self.house)

    @property
    def rounds(self) -> bool:
        """Whether there was a round before that texts can be compared with."""
        return bool(self.matter.chapters and self.matter.last_round)

    @cached_property
    def lines(self) -> list[Line]:
        """In the order of the book, those that changed first."""
        weights = self._kept()
        lines = [
            self._line(number, chapter, weights)
            for number, chapter in enumerate(self.matter.chapters, start=1)
        ]
        return sorted(lines, key=lambda line: not line.differs)

    def section(self, line: Line, asked: QueryDict) -> Section:
        """Works out what is not known yet, and keeps what the list tells of it."""
        chapter = line.chapter
        drawn = between(line.was, chapter.now, self._texts)
        redline, numbered = across.told(drawn, chapter.slug, self._moved)
        text = redline.new
        found = checked(self.house, chapter, text)
        weight = Weight(
            before=word_count(redline.old),
            words=word_count(text),
            added=redline.words_added,
            removed=redline.words_removed,
            moved=redline.words_moved,
            new=len(found.new),
            gone=len(found.gone),
        )
        caches[KEPT].set(self._key(chapter, line.was), weight)
        shown = Shown.of(
            redline,
            asked,
            address=line.address,
            slug=line.slug,
            label=f"What changed in {chapter.title}",
            notes=found.notes,
            elsewhere=ends(chapter.slug, numbered, self._whereabouts),
        )
        weighed = Line(**{**vars(line), "weight": weight})
        return Section(weighed, shown, found)

    def _line(self, number: int, chapter: Compared, weights: Mapping[str, Weight]) -> Line:
        was = self._was(chapter)
        weight = weights.get(self._key(chapter, was))
        about = [one for one in self.told if one.rejection.item == chapter.slug]
        return Line(number, self.matter.step.pk, chapter, was, weight, about, self.asked)

    @cached_property
    def _moved(self) -> Sequence[across.Block]:
        """From one chapter to another."""
        became = [
            Became(one.slug, self._was(one), one.now, _size(one)) for one in self.matter.chapters
        ]
        return moved(became, self._texts)

    def _whereabouts(self, slug: str) -> Whereabouts:
        line = next(line for line in self.lines if line.chapter.slug == slug)
        title, section = line.chapter.title, f"chapter-{line.number}"
        return Whereabouts(line.address, line.slug, title, section)

    def _was(self, chapter: Compared) -> str:
        """What it is compared with."""
        last = self.matter.last_round if self.since == LAST else None
        return last.texts.get(chapter.slug, chapter.before) if last else chapter.before

    def _kept(self) -> dict[str, Weight]:
        keys = [self._key(one, self._was(one)) for one in self.matter.chapters]
        return caches[KEPT].get_many(keys)

    def _key(self, chapter: Compared, was: str) -> str:
        own = [one for one in self._moved if chapter.slug in (one.source, one.target)]
        parts = (FORM, self.run.public_id, chapter.slug, was, chapter.now, self._held_to, str(own))
        return f"weight-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def _size(chapter: Compared) -> int:
    """Bytes of both texts, about."""
    before = chapter.words * OF_A_WORD
    return before + (chapter.made.size_bytes if chapter.made else before)
