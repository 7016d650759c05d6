"""Headings: their levels go down one at a time, and their numbers count on."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from books.checks.blocks import Block
from books.checks.book import Book
from books.checks.finding import Found
from books.checks.outline import Heading
from books.checks.page import Page
from books.checks.reading import Reading

STUCK = re.compile(r"[^\s#>|`\\](?P<marks>#{2,6})[ \t]+(?=[^\W\d_])", re.MULTILINE)
UNSPACED = re.compile(r"^[ ]{0,3}(?P<marks>#{2,6})(?=[^\s#\ufffc])", re.MULTILINE)
BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<words>[^*_]+)(?P=mark)")


class _Numbered(NamedTuple):
    heading: Heading
    section: Heading | None

    @property
    def number(self) -> int:
        return self.heading.number[-1]


def misplaced(reading: Reading) -> Iterator[Found]:
    """Headings of a wrong level, without words, or that are none for want of space around them."""
    headings = [one for one in reading.page.outline if not one.block.quotes]
    yield from _levels(headings, reading.style.headings["deepest"])
    yield from _beside_the_title(reading.page, headings)
    yield from _unlike_other_chapters(reading)
    yield from _run_in(reading)
    yield from _worded(reading, headings)


def _worded(reading: Reading, headings: list[Heading]) -> Iterator[Found]:
    for heading in headings:
        if not heading.words:
            block = heading.block
            yield Found(block.start, block.end, "this heading has no words")
        elif bold := BOLD.fullmatch(reading.text, heading.start, heading.end):
            message = "a heading is bold already: it needs no stars"
            yield Found(heading.start, heading.end, message, bold["words"])


def misnumbered(reading: Reading) -> Iterator[Found]:
    """Numbers that do not count on among the headings of a chapter, or among the chapters."""
    page = reading.page
    if page.number and page.title:
        yield from _chapter_number(page, page.title, reading.book)
    yield from _sequences(page)


def _levels(headings: list[Heading], deepest: int) -> Iterator[Found]:
    above = headings[0].level if headings else 0
    for heading in headings:
        if heading.level > deepest:
            message = (
                f"no heading lies deeper than level {deepest} here; this one is {heading.level}"
            )
            yield _at(heading, message)
        elif heading.level > above + 1:
            message = (
                f"the level goes from {above} to {heading.level}: level {above + 1} is left out"
            )
            yield _at(heading, message)
        above = heading.level


def _beside_the_title(page: Page, headings: list[Heading]) -> Iterator[Found]:
    """Sections as high as the chapter's own title, where that is known for one."""
    if not headings or not (headings[0].level == 1 or page.number):
        return
    title, *others = headings
    chapters = sum(1 for one in others if one.level == title.level and one.counts_chapters)
    if chapters and title.counts_chapters:
        return
    for heading in others:
        if heading.level <= title.level:
            message = f'"{title.words}" is the chapter\'s title: its sections are level'
            yield _at(heading, f"{message} {title.level + 1} or deeper")


def _unlike_other_chapters(reading: Reading) -> Iterator[Found]:
    title, usual = reading.page.title, reading.book.title_level
    if title and usual and title.level != usual:
        message = f"most chapters' titles are of level {usual}; this one is of level {title.level}"
        yield _at(title, message)


def _run_in(reading: Reading) -> Iterator[Found]:
    """Headings that no converter takes for one."""
    masked = reading.prose.masked
    for found in STUCK.finditer(masked):
        if not masked[found.end()].isupper():
            continue
        message = "a heading begins in a line of its own, after an empty one"
        yield Found(found.start("marks"), found.end("marks"), message)
    for found in UNSPACED.finditer(masked):
        yield Found(*found.span("marks"), "a heading has a space after its marks", f"{found[1]} ")
    blocks = reading.page.blocks
    ends = {one.end for one in blocks if one.kind == "paragraph"}
    for heading in reading.page.headings:
        if heading.markup.startswith("#") and _end_of_line_above(masked, heading.start) in ends:
            message = "a heading has an empty line before it"
            yield Found(heading.start, heading.start + len(heading.markup), message)


def _end_of_line_above(text: str, start: int) -> int:
    """Where the text of the line above ends; -1 where that line is empty or there is none."""
    end = text.rfind("\n", 0, start)
    above = text[text.rfind("\n", 0, max(end, 0)) + 1 : max(end, 0)].rstrip()
    return text.rfind("\n", 0, max(end, 0)) + 1 + len(above) if above.strip() else -1


def _chapter_number(page: Page, title: Heading, book: Book) -> Iterator[Found]:
    usual = book.numbered_with
    number = ".".join(map(str, title.number))
    if _breaks_the_count(page, book):
        expected = ".".join(map(str, page.file_number))
        where = f'the file\'s name says "{expected}"' if expected else "it does not count on"
        yield _number_at(title, f'this chapter is numbered "{number}", but {where}')
    elif usual is not None and title.label != usual:
        right = f"Chapter {number}:" if usual else f"{number}."
        message = f'chapters are numbered "{right}" elsewhere, not "{title.numbering}"'
        yield _number_at(title, message, right)


def _breaks_the_count(page: Page, book: Book) -> bool:
    """A chapter may be numbered as its file is, or one on from the chapter before."""
    if page.number == page.file_number:
        return False
    before = book.numbers_before[page.slug]
    if not before:
        return bool(page.file_number) and (book.is_one_page or page.number not in ((0,), (1,)))
    return page.number != (*before[:-1], before[-1] + 1)


def _sequences(page: Page) -> Iterator[Found]:
    """Each numbered heading against the one before it of its kind and level."""
    last: dict[tuple[int, str, tuple[int, ...]], _Numbered] = {}
    above: list[Heading] = []
    for place, heading in enumerate(page.outline):
        above = [one for one in above if one.level < heading.level]
        if heading.number and not (place == 0 and page.number):
            one = _Numbered(heading, above[-1] if above else None)
            kind = (heading.level, heading.label, heading.number[:-1])
            yield from _wrong_part(heading, _number_above(page, above))
            yield from _out_of_sequence(one, last.get(kind))
            last[kind] = one
        above.append(heading)


def _wrong_part(heading: Heading, above: tuple[int, ...]) -> Iterator[Found]:
    """`7.2` inside chapter 8."""
    part = heading.number[:-1]
    shared = min(len(part), len(above))
    if not heading.label and part[:shared] != above[:shared]:
        inside = ".".join(map(str, above))
        yield _number_at(heading, f'"{heading.numbering}" stands inside {inside}')


def _out_of_sequence(one: _Numbered, before: _Numbered | None) -> Iterator[Found]:
    """In another section the numbers may begin again, at 0 or 1."""
    if not before or one.number == before.number + 1:
        return
    if one.section is before.section or one.number > 1:
        yield _number_at(one.heading, _jump(one, before))


def _number_above(page: Page, above: list[Heading]) -> tuple[int, ...]:
    """The number of the nearest section above that counts sections, else the chapter's."""
    numbers = (one.number for one in reversed(above) if one.number and one.label in ("", "chapter"))
    return next(numbers, page.number)


def _jump(one: _Numbered, before: _Numbered) -> str:
    written = one.heading.numbering
    if one.number == before.number:
        return f'"{written}" stands here twice'
    after = before.heading.numbering
    return f'"{written}" comes after "{after}"; the next would be {before.number + 1}'


def _at(heading: Heading, message: str) -> Found:
    """The words of the heading; its marks where it has none."""
    spot: Heading | Block = heading if heading.start < heading.end else heading.block
    return Found(spot.start, spot.end, message)


def _number_at(heading: Heading, message: str, right: str = "") -> Found:
    return Found(heading.start, heading.start + len(heading.numbering), message, right)
