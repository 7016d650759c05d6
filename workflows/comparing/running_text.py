"""The text of a PDF as it runs from page to page: without what only the pages need.

Two settings of one text give the same sentences, however its lines and pages break.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from workflows.comparing.furniture import Page, bodies
from workflows.comparing.pdfium import BROKEN, Document, even, seen

BROKEN_AT_FOOT = re.compile(rf"{BROKEN}(?=\w+\s*\Z)")  # it takes the page's number for the rest
HYPHEN_AT_FOOT = re.compile(r"(?:\u00ad|(?<=[^\W\d])-)\s*\Z")  # with nothing below it
BROKEN_WORD = re.compile(rf"(?<![\w’'-])[\w’'-]+(?:{BROKEN}[\w’'-]+)+")
IN_FULL = re.compile(r"[\w’'-]+")
LISTED = re.compile(r"(?P<title>.*\S)\s+(?:\d+|[ivxlc]+)", re.IGNORECASE)
LEADERS = re.compile(r"\s*(?:[.·…_]\s*){4,}")
SENTENCE_ENDS = re.compile(r"(?<=[^\d\s][.!?…])\s+|(?<=[.!?…][\"”’)\]*])\s+|\n")
INSIDE_A_WORD = (BROKEN, "-", "—", "–", "/")  # after these a line may end without a space
WRAPPED_SHARE = 0.1  # of all lines: so many end in a space where lines end in one when they wrap


class Sentence(NamedTuple):
    """`page` is the one it begins on, from 1; `heading` what it stands under."""

    text: str
    page: int
    heading: str


class RunningText:
    """What the pages of a document say between their running heads and feet."""

    def __init__(self, document: Document) -> None:
        self.outline = document.outline
        self.titles = {one.title for one in self.outline}
        pages = [Page(number, _lines(text)) for number, text in enumerate(document.texts, 1)]
        self.bodies = [
            [_unlisted(line, self.titles) for line in lines]
            for lines in bodies(pages, self.outline)
        ]

    def words(self) -> Iterator[str]:
        """The words that no line end broke."""
        for line in self._lines():
            yield from IN_FULL.findall(BROKEN_WORD.sub("", line))

    def sentences(self, known: Collection[str]) -> list[Sentence]:
        """`known` are words in full, by which broken ones are mended."""
        pages = [page for page, body in enumerate(self.bodies, 1) for _ in body]
        parts = list(_joined(list(self._lines()), self.titles))
        ends = list(accumulate(map(len, parts)))
        headings = {(one.title, one.page) for one in self.outline}
        found, heading = [], ""
        for at, text in _split("".join(parts)):
            page = pages[bisect_right(ends, at)]
            sentence = BROKEN_WORD.sub(lambda word: _whole(word[0], known), text)
            heading = sentence if (sentence, page) in headings else heading
            found.append(Sentence(sentence.replace(BROKEN, "-"), page, heading))
        return found

    def _lines(self) -> Iterator[str]:
        return (line for body in self.bodies for line in body)


def _lines(text: str) -> list[str]:
    broken = BROKEN_AT_FOOT.sub(f"{BROKEN}\n", HYPHEN_AT_FOOT.sub(BROKEN, text))
    plain = seen(broken).replace("\xa0", " ")
    return [line for line in plain.splitlines() if line.strip()]


def _joined(lines: Sequence[str], titles: Collection[str]) -> Iterator[str]:
    """Each line with what follows it: nothing inside a word, a space inside a paragraph.

    Where lines do not say that they wrap, only headings stand for themselves.
    """
    wraps = sum(line.endswith(" ") for line in lines) > WRAPPED_SHARE * len(lines)
    ends = [wraps or even(line) in titles for line in [*lines, ""]]
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if line.endswith(INSIDE_A_WORD) or (following[:1] == "—" and following[1:2].strip()):
            yield line.rstrip()
        else:
            ended = not line.endswith(" ") and (ends[at] or ends[at + 1])
            yield line.rstrip() + ("\n" if ended else " ")


def _split(text: str) -> Iterator[tuple[int, str]]:
    """The sentences with their offsets; a line that ends a paragraph ends one too."""
    at = 0
    for end in [*(found.span() for found in SENTENCE_ENDS.finditer(text)), (len(text),) * 2]:
        if sentence := even(text[at : end[0]]):
            yield at, sentence
        at = end[1]


def _whole(word: str, known: Collection[str]) -> str:
    """A broken word in one piece; with its hyphen where it is only known with one."""
    joined, hyphened = word.replace(BROKEN, ""), word.replace(BROKEN, "-")
    return hyphened if hyphened in known and joined not in known else joined


def _unlisted(line: str, titles: Collection[str]) -> str:
    """A line of a table of contents without the number of a page, which reflow changes."""
    listed = LISTED.fullmatch(even(line))
    if not listed:
        return line
    title = LEADERS.sub("", listed["title"])
    return title if title != listed["title"] or title in titles else line
