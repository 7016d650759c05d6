"""What can be counted of a chapter, to compare it before and after a revision."""

import re
from dataclasses import asdict, dataclass

from books.chapter_text import word_count
from books.checks.page import Page
from books.checks.passive import passives
from books.checks.prose import MASK
from books.checks.readability import Score

TARGET = re.compile(rf"\]{MASK}")
PICTURE = re.compile(rf"!\[[^\[\]]{{0,500}}\]{MASK}")


@dataclass(frozen=True)
class Figures:
    """`words` are those of the whole text, `sentences` those of its prose.

    The last four are rounded to one decimal place, and None where there is nothing to measure.
    Sentences without a full stop, as in lists, count for `passive_percent` only.
    """

    words: int
    sentences: int
    paragraphs: int
    headings: int
    tables: int
    pictures: int
    links: int
    words_per_sentence: float | None
    passive_percent: float | None
    reading_ease: float | None
    grade: float | None

    def as_json(self) -> dict[str, int | float | None]:
        return asdict(self)


def figures(page: Page) -> Figures:
    """Those of one chapter. Paragraphs of lists and quotes count; links and pictures are those
    with their target beside them."""
    masked, sentences = page.prose.masked, page.sentences
    kinds = [block.kind for block in page.blocks]
    score = Score.of(sentences)
    pictures = len(PICTURE.findall(masked))
    return Figures(
        words=word_count(page.text),
        sentences=len(sentences),
        paragraphs=kinds.count("paragraph"),
        headings=kinds.count("heading"),
        tables=kinds.count("table"),
        pictures=pictures,
        links=len(_targets(page)) - pictures,
        words_per_sentence=round(score.length, 1) if score else None,
        passive_percent=_percent(len(passives(masked, sentences)), len(sentences)),
        reading_ease=round(score.ease, 1) if score else None,
        grade=round(score.grade, 1) if score else None,
    )


def _targets(page: Page) -> list[int]:
    """Where the targets of links and pictures begin, code spans after a bracket left out."""
    places = (found.end() - 1 for found in TARGET.finditer(page.prose.masked))
    return [place for place in places if page.text[place] == "("]


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
