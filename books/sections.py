"""What a revision did to the sections of a chapter, for notes that readers understand."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from books.chapter_text import word_count
from books.checks import Page
from books.diff import word_diff

Change = Literal["new", "taken out", "renamed", "expanded", "cut", "rewritten", "corrected"]
SMALL_SHARE = 0.1  # of a section's words: a revision that touches fewer corrects it
SMALL_WORDS, MOST_OF_IT = 12, 0.5  # so does one of few words, unless they are most of the section
ONE_SIDED = 4  # times as many words added as removed: expanded; the other way round: cut
UNTITLED = "a section without a title"
Key = tuple[str, int]


@dataclass(frozen=True)
class Section:
    """A heading and the paragraphs under it up to the next one, however deep.

    The chapter's opening, its title included, has no heading. `title` is the heading without
    what counts it: `Step 3:`.
    """

    heading: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> tuple[str, ...]:
        return self.paragraphs[1:] if self.heading else self.paragraphs


@dataclass(frozen=True)
class SectionChange:
    """`was` is the old heading of a renamed section, else empty. Words that only moved from one
    section to another are neither added nor removed."""

    change: Change
    heading: str
    words_added: int
    words_removed: int
    was: str = ""


def changes(old: Page, new: Page) -> list[SectionChange]:
    """Sections that are not what they were, in the order of the new chapter, then those gone.

    Sections are the same when their headings are, numbers aside; one with a new heading and the
    old words was renamed.
    """
    before, after = _by_heading(old), _by_heading(new)
    had = Counter(text for section in before.values() for text in section.body)
    has = Counter(text for section in after.values() for text in section.body)
    gone = {key: section for key, section in before.items() if key not in after}
    by_body = {section.body: key for key, section in gone.items() if section.body}
    found: list[SectionChange] = []
    for key, section in after.items():
        if key in before:
            found += _compared(before[key], section, had, has)
        elif (was := by_body.get(section.body)) and was in gone:
            found.append(SectionChange("renamed", section.heading, 0, 0, gone.pop(was).heading))
        else:
            found.append(SectionChange("new", section.heading, _words(section, had), 0))
    taken_out = (
        SectionChange("taken out", one.heading, 0, _words(one, has)) for one in gone.values()
    )
    return [*found, *taken_out]


def _compared(
    old: Section, new: Section, had: Counter[str], has: Counter[str]
) -> Iterator[SectionChange]:
    """What became of a section, those paragraphs aside that came from elsewhere or went there."""
    if old.body == new.body and old.heading != new.heading:
        yield SectionChange("renamed", new.heading, 0, 0, old.heading)
        return
    before = _without_moved(old, new, has)
    after = _without_moved(new, old, had)
    if before == after:
        return
    diff = word_diff("\n\n".join(before), "\n\n".join(after))
    added, removed = diff.words_added, diff.words_removed
    touched, whole = max(added, removed), sum(map(word_count, old.paragraphs))
    change: Change = "rewritten"
    few = touched <= max(SMALL_WORDS, SMALL_SHARE * whole)
    if few and touched <= MOST_OF_IT * whole:
        change = "corrected"
    elif added >= ONE_SIDED * removed:
        change = "expanded"
    elif removed >= ONE_SIDED * added:
        change = "cut"
    yield SectionChange(change, new.heading, added, removed)


def _without_moved(section: Section, other: Section, elsewhere: Counter[str]) -> list[str]:
    """The paragraphs of a section but for those that the other text holds in another section."""
    here = set(other.paragraphs)
    return [text for text in section.paragraphs if text in here or text not in elsewhere]


def _words(section: Section, other: Counter[str]) -> int:
    """How many words of a section the other text has in no section; its heading counts."""
    only = [text for text in section.body if text not in other]
    return sum(map(word_count, only)) + (word_count(section.heading) if only else 0)


def _by_heading(page: Page) -> dict[Key, Section]:
    """The sections by title; of equal titles the second is `(title, 1)`."""
    seen: Counter[str] = Counter()
    found: dict[Key, Section] = {}
    for section in _sections(page):
        found[section.title, seen[section.title]] = section
        seen[section.title] += 1
    return found


def _sections(page: Page) -> Iterator[Section]:
    starts = [heading.block.start for heading in page.outline]
    cuts = [0, *starts[1:], len(page.text)]
    for number, (start, end) in enumerate(pairwise(cuts)):
        heading = page.outline[number] if number else None
        words = (heading.words or UNTITLED) if heading else ""
        title = (heading.title or words) if heading else ""
        yield Section(words, title, tuple(_paragraphs(page.text[start:end])))


def _paragraphs(text: str) -> Iterable[str]:
    """The paragraphs and table rows of a text, each with its white space made even."""
    for block in text.replace("\r", "").split("\n\n"):
        lines = block.split("\n")
        rows = lines if all(line.lstrip(" >").startswith("|") for line in lines) else [block]
        yield from (even for row in rows if (even := " ".join(row.split())))
