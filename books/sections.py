"""What a revision did to the sections of a chapter, for notes that readers understand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from books.chapter_text import word_count
from books.checks import Page
from books.diff import word_diff

Change = Literal["new", "taken out", "renamed", "expanded", "cut", "rewritten", "corrected"]
SMALL_SHARE = 0.1  # of a section's words: a revision that touches fewer corrects it
SMALL_WORDS = 12
ONE_SIDED = 4  # times as many words added as removed: expanded; the other way round: cut


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it up to the next one, however deep."""

    heading: str
    text: str

    @property
    def body(self) -> str:
        """The text without its first line."""
        return self.text.partition("\n")[2].strip()


@dataclass(frozen=True)
class SectionChange:
    """`was` is the old heading of a renamed section, else empty."""

    change: Change
    heading: str
    words_added: int
    words_removed: int
    was: str = ""


def changes(old: Page, new: Page) -> list[SectionChange]:
    """Sections that are not what they were, in the order of the new chapter, then those gone.

    Sections are the same when their headings are; one with a new heading and the old words was
    renamed.
    """
    before, after = _by_heading(old), _by_heading(new)
    gone = {key: section for key, section in before.items() if key not in after}
    found = list(_changed(before, after, gone))
    taken_out = (
        SectionChange("taken out", one.heading, 0, word_count(one.text)) for one in gone.values()
    )
    return [*found, *taken_out]


def _changed(
    before: dict[tuple[str, int], Section],
    after: dict[tuple[str, int], Section],
    gone: dict[tuple[str, int], Section],
) -> Iterator[SectionChange]:
    """Takes out of `gone` what was only renamed."""
    for key, section in after.items():
        if old := before.get(key):
            if old.text.split() != section.text.split():
                yield _compared(old, section)
        elif same := next((key for key, one in gone.items() if _same_body(one, section)), None):
            was = gone.pop(same).heading
            yield SectionChange("renamed", section.heading, 0, 0, was)
        else:
            yield SectionChange("new", section.heading, word_count(section.text), 0)


def _compared(old: Section, new: Section) -> SectionChange:
    diff = word_diff(old.text, new.text)
    added, removed = diff.words_added, diff.words_removed
    change: Change = "rewritten"
    if max(added, removed) <= max(SMALL_WORDS, SMALL_SHARE * word_count(old.text)):
        change = "corrected"
    elif added >= ONE_SIDED * removed:
        change = "expanded"
    elif removed >= ONE_SIDED * added:
        change = "cut"
    return SectionChange(change, new.heading, added, removed)


def _same_body(one: Section, other: Section) -> bool:
    return bool(one.body) and one.body.split() == other.body.split()


def _by_heading(page: Page) -> dict[tuple[str, int], Section]:
    """The sections by heading; of equal headings the second is `(heading, 1)`."""
    found: dict[tuple[str, int], Section] = {}
    for section in _sections(page):
        nth = 0
        while (section.heading, nth) in found:
            nth += 1
        found[section.heading, nth] = section
    return found


def _sections(page: Page) -> Iterator[Section]:
    starts = [heading.block.start for heading in page.outline]
    opening = page.text[: starts[0] if starts else None]
    if opening.strip():
        yield Section("", opening)
    for heading, end in zip(page.outline, [*starts[1:], len(page.text)], strict=False):
        yield Section(heading.words, page.text[heading.block.start : end])
