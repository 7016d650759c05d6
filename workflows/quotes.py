"""Where a chapter says something: quotes and headings, runs of white space counting as equal.
Pure."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from books.checks import Page
from books.checks.outline import Heading, plain
from books.errors import nearest
from workflows.errors import InvalidInput

WORD = re.compile(r"\S+")
HASHES = re.compile(r"^#{1,6}[ \t]+|[ \t]+#+$")
MOST_SHOWN = 60
Span = tuple[int, int]  # offsets in characters of a text, the end not included


class Quotable:
    """One chapter's text. What is worked out of it is worked out when asked for, once."""

    def __init__(self, slug: str, text: str) -> None:
        self.slug = slug
        self.text = text

    @cached_property
    def page(self) -> Page:
        return Page(self.slug, self.slug, self.text)

    def heading_at(self, offset: int) -> str | None:
        """The words of the heading that a place stands in or under."""
        heading = self.page.heading_at(offset)
        return heading.words or None if heading else None

    def heading(self, given: str) -> str:
        """The words of the heading that is meant, its hashes and marks aside. Raises InvalidInput
        with the nearest."""
        bare = HASHES.sub("", given.strip())
        for words in (folded(given), folded(bare), plain(bare)):
            if words in self._headings:
                return self._headings[words][0].words
        hint = nearest(shown(given), self._headings)
        raise InvalidInput(f'{self.slug} has no heading "{shown(given)}"{hint}')

    def place(self, quote: str, heading: str | None) -> tuple[Span, bool]:
        """Where it says that first, and whether there alone; of several places the one under
        that heading, where there is one there. Raises InvalidInput for none."""
        found = list(islice(self._places(quote, (0, len(self.text))), 2)) if quote.strip() else []
        if not found:
            raise InvalidInput(f'{self.slug} does not say "{shown(quote)}"')
        if len(found) > 1 and heading:
            for under in (self._stretches, self._sections):
                there = list(islice(self._within(quote, under(heading)), 2))
                if len(there) == 1:
                    return there[0], True
        return found[0], len(found) == 1

    def check_under(self, heading: str, start: int) -> None:
        """Raises InvalidInput unless that place stands in or under that heading."""
        ends = len(self.text)
        spans = self._sections(heading)
        if not any(first <= start < last or start == last == ends for first, last in spans):
            stands = shown(self.heading_at(start) or "no heading")
            raise InvalidInput(
                f'what it points at in {self.slug} stands under "{stands}", not "{shown(heading)}"'
            )

    @cached_property
    def _headings(self) -> dict[str, list[Heading]]:
        """Those of the same words, by their words and as written."""
        found: dict[str, list[Heading]] = {}
        for heading in self.page.outline:
            for words in {heading.words, folded(self.text[heading.start : heading.end])}:
                found.setdefault(words, []).append(heading)
        return found

    def _stretches(self, words: str) -> Iterator[Span]:
        """From headings of these words to the next headings."""
        return self._until(words, lambda _heading, _after: True)

    def _sections(self, words: str) -> Iterator[Span]:
        """From headings of these words to the next that are not below them."""
        return self._until(words, lambda heading, after: after.level <= heading.level)

    def _until(self, words: str, ends: Callable[[Heading, Heading], bool]) -> Iterator[Span]:
        outline = self.page.outline
        covered = 0
        for number, heading in enumerate(outline):
            if heading.words == words and heading.block.start >= covered:
                later = (outline[place] for place in range(number + 1, len(outline)))
                last = next((one for one in later if ends(heading, one)), None)
                covered = last.block.start if last else len(self.text)
                yield heading.block.start, covered

    def _within(self, quote: str, spans: Iterator[Span]) -> Iterator[Span]:
        for span in spans:
            yield from self._places(quote, span)

    def _places(self, quote: str, within: Span) -> Iterator[Span]:
        """Every place that begins within that span, in the order of the text."""
        wanted = folded(quote)
        until = self._fold(within[1]) + len(wanted) - 1
        at = self._folded.find(wanted, self._fold(within[0]), until)
        while at >= 0:
            yield self._unfold(at), self._unfold(at + len(wanted) - 1) + 1
            at = self._folded.find(wanted, at + 1, until)

    @cached_property
    def _words(self) -> Sequence[Span]:
        return [found.span() for found in WORD.finditer(self.text)]

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Where each word starts in the text."""
        return [start for start, _ in self._words]

    @cached_property
    def _starts_folded(self) -> Sequence[int]:
        """Where each word starts when a single space stands between any two."""
        starts, at = [], 0
        for start, end in self._words:
            starts.append(at)
            at += end - start + 1
        return starts

    @cached_property
    def _folded(self) -> str:
        return folded(self.text)

    def _fold(self, offset: int) -> int:
        """The first place in the folded text that is not before that offset."""
        word = bisect_right(self._starts, offset) - 1
        if word < 0:
            return 0
        start, end = self._words[word]
        return self._starts_folded[word] + min(offset, end) - start

    def _unfold(self, place: int) -> int:
        word = bisect_right(self._starts_folded, place) - 1
        return self._starts[word] + place - self._starts_folded[word]


def folded(text: str) -> str:
    """Its words with a single space between them."""
    return " ".join(WORD.findall(text))


def shown(text: str) -> str:
    """Its beginning, on one line."""
    beginning = text[: MOST_SHOWN * 2]  # enough, and a text of millions is not gone through
    line = " ".join("".join(one if one.isprintable() else " " for one in beginning).split())
    is_whole = beginning == text and len(line) <= MOST_SHOWN
    return line if is_whole else f"{line[:MOST_SHOWN]}…"
