"""The book around a chapter: the other chapters, and the files beside them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self, TypeVar

from books.checks.page import Page

APPENDIX = re.compile(r"\W*Appendix[ \t]+(?P<letter>[A-Z]|\d{1,2}|[IVX]{1,4})\b", re.IGNORECASE)
Place = tuple[str, int]  # a chapter's slug and an offset in its text
T = TypeVar("T")
FEWEST_ALIKE = 4  # chapters, from which on three in four show what the house does


@dataclass(frozen=True)
class Book:
    """`pages` by slug in reading order; `files` are the paths of the assets.

    `open` names chapters that others are revising now: what they hold is not known yet, nor
    what appendices the book will have.
    """

    pages: Mapping[str, Page]
    files: frozenset[str] = frozenset()
    open: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, pages: Iterable[Page], files: Iterable[str] = ()) -> Self:
        return cls({page.slug: page for page in pages}, frozenset(files))

    def with_page(self, page: Page) -> "Book":
        """This book with that chapter's text in place of the one it had."""
        return Book({**self.pages, page.slug: page}, self.files, self.open)

    @property
    def is_one_page(self) -> bool:
        return len(self.pages) == 1

    @cached_property
    def title_level(self) -> int:
        """The level that chapters' titles have, three in four of them; 0 where there is none."""
        return _usual([page.title.level for page in self.pages.values() if page.title]) or 0

    @cached_property
    def numbered_with(self) -> str | None:
        """The label before chapters' numbers, three in four of them: "" in `7.`; None for none."""
        titles = [page.title for page in self.pages.values()]
        return _usual([one.label for one in titles if one and one.counts_chapters])

    @cached_property
    def numbers_before(self) -> Mapping[str, tuple[int, ...]]:
        """For each chapter the number of the last whole-numbered one before it, or ()."""
        last: tuple[int, ...] = ()
        before = {}
        for slug, page in self.pages.items():
            before[slug] = last
            last = page.number if len(page.number) == 1 else last
        return before

    @cached_property
    def by_path(self) -> Mapping[str, Page]:
        return {page.path: page for page in self.pages.values()}

    @cached_property
    def by_number(self) -> Mapping[tuple[int, ...], Page]:
        """The chapters by the numbers of their headings, or else of their files' names."""
        pages = self.pages.values()
        named = Counter(page.file_number for page in pages)  # parts may each begin with 01
        by_name = {page.file_number: page for page in pages if named[page.file_number] == 1}
        by_title = {page.number: page for page in pages if page.number}
        return {number: page for number, page in {**by_name, **by_title}.items() if number}

    @cached_property
    def appendices(self) -> frozenset[str]:
        """The letters or numbers of the appendices, by whatever heading has one."""
        words = (one.words for page in self.pages.values() for one in page.outline)
        found = (APPENDIX.match(each) for each in words)
        return frozenset(one["letter"] for one in found if one)

    @cached_property
    def abbreviations_used(self) -> Mapping[str, Place]:
        """Where each abbreviation stands first in the book."""
        return _first_places((slug, page.abbreviations.used) for slug, page in self.pages.items())

    @cached_property
    def abbreviations_spelled_out(self) -> Mapping[str, Place]:
        """Where each abbreviation is spelled out first."""
        pages = self.pages.items()
        return _first_places((slug, page.abbreviations.spelled_out) for slug, page in pages)

    @cached_property
    def chunks(self) -> frozenset[str]:
        """Whatever stands between spaces in the book."""
        return frozenset().union(*(page.chunks for page in self.pages.values()))


def _first_places(by_page: Iterable[tuple[str, Mapping[str, int]]]) -> Mapping[str, Place]:
    first: dict[str, Place] = {}
    for slug, places in by_page:
        for short, start in places.items():
            first.setdefault(short, (slug, start))
    return first


def _usual(values: list[T]) -> T | None:
    """What at least three in four of the values are, where there are enough to tell."""
    for value, times in Counter(values).most_common(1):
        if times >= FEWEST_ALIKE and times * 4 >= len(values) * 3:
            return value
    return None
