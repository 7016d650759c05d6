"""What stands on pages for the pages' own sake: running heads and feet, page numbers."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from workflows.comparing.pdfium import Bookmark, even

COUNTED = r"(?:page )?\d+(?: ?(?:/|of) ?\d+)?"  # 3, 3/125, page 3 of 125
NUMBER = re.compile(rf"^(?:{COUNTED}|[ivxlc]+)$|^{COUNTED} | {COUNTED}$", re.IGNORECASE)
ALONE = "#"  # stands for a number that is all a line says
LETTER = re.compile(r"[^\W\d_]")
MOST_LINES = 2  # at the top of a page, and at its foot
HEAD_SHARE, FEWEST_HEADS = 0.1, 3  # of all pages: that many begin with a head of the book
REPEATED_WITHIN = 2  # pages: a head may stand on every second one


class Page(NamedTuple):
    number: int
    lines: list[str]


def bodies(pages: Sequence[Page], outline: Sequence[Bookmark]) -> list[list[str]]:
    """The lines of each page without its furniture."""
    turned = [Page(page.number, page.lines[::-1]) for page in _without_tops(pages, outline)]
    return [page.lines[::-1] for page in _without_tops(turned, outline)]


def _without_tops(pages: Sequence[Page], outline: Sequence[Bookmark]) -> Iterator[Page]:
    """The pages without those first lines that are furniture.

    That is a number where most pages begin with one, a line that many pages begin with, the title
    of the chapter or section that the page goes on with, and a line with which, at the same place,
    one of the two pages before began.
    """
    heads = _heads(pages)
    recent: deque[set[tuple[int, str]]] = deque([set()], maxlen=REPEATED_WITHIN)
    for page, titles in zip(pages, _gone_on_with(pages, outline), strict=True):
        top = list(enumerate(_folded(line) for line in page.lines[:MOST_LINES]))
        known = heads | titles
        again = set().union(*recent)
        taken = takewhile(lambda one: one[1] in known or one in again, top)  # noqa: B023
        yield Page(page.number, page.lines[len(list(taken)) :])
        recent.append({one for one in top if LETTER.search(one[1])})


def _heads(pages: Sequence[Page]) -> set[str]:
    """What many pages begin with; and that most begin with their number, where they do."""
    counts = Counter(_folded(line) for page in pages for line in page.lines[:1])
    numbered = counts.pop(ALONE, 0) * 2 > len(pages) > 1
    least = max(FEWEST_HEADS, HEAD_SHARE * len(pages))
    heads = {line for line, count in counts.items() if count >= least}
    return heads | {ALONE} if numbered else heads


def _gone_on_with(pages: Sequence[Page], outline: Sequence[Bookmark]) -> Iterator[set[str]]:
    """For each page the titles that lead to an earlier one, and that none since has closed."""
    marks = deque(sorted((one for one in outline if one.page), key=lambda one: one.page or 0))
    begun: dict[int | None, set[str]] = {}
    for one in outline:
        begun.setdefault(one.page, set()).add(one.title)
    open_marks: list[Bookmark] = []
    for page in pages:
        while marks and (marks[0].page or 0) < page.number:
            mark = marks.popleft()
            open_marks = [*(one for one in open_marks if one.level < mark.level), mark]
        yield {one.title for one in open_marks} - begun.get(page.number, set())


def _folded(line: str) -> str:
    """Without the number of the page, which may stand beside the head, or alone."""
    return NUMBER.sub("", even(line)) or ALONE
