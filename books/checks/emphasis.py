"""Emphasis that will not print as meant: marks without a partner, marks beside a space, code
marks left open, and emphasis that sticks to the word beside it.

Footnote stars are left alone, and emphasis within a word: `un*believ*able`, `**S**trength`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from books.checks.finding import Found
from books.checks.marks import Mark, emphasis, passages
from books.checks.page import Page
from books.checks.reading import Reading
from books.checks.vocabulary import words_of

BACKTICKS = re.compile(r"\\`|`+")
LAST_WORD = re.compile(r"[^\s*_|]{0,40}\Z")
FIRST_WORD = re.compile(r"[^\s*_|]{0,40}")
SPACE_AND_WORD = re.compile(r"\s*([^\s*_|]{0,40})")
WORD_AND_SPACE = re.compile(r"([^\s*_|]{0,40})\s+\Z")
LETTERS_BEFORE = re.compile(r"[^\W_]{1,40}\Z")
LETTERS_AFTER = re.compile(r"[^\W_]{1,40}")
OATH = re.compile(r"[\s\S]*(?<![^\W_])[^\W_]{1,2}\*{1,3}[^\W_]{1,2}(?![^\W_])[\s\S]*")  # d**n
NOTE_START = re.compile(r"(?:\A|[\n|])[ \t>]*\Z")
_ENDINGS = "d ed en er ers es est ing ish ism ist ists ly n nd rd s st th ward y"
ENDINGS = frozenset(_ENDINGS.split())
_SHORT_WORDS = (
    "a all an and any are as at be but by can for get has if in is it its may nor not of off on or"
    " our out per see so the to up use via vs was who you"
)
SHORT_WORDS = frozenset(_SHORT_WORDS.split())
STUCK_BEFORE = frozenset(".,;:!?)]}”»…%")
STUCK_AFTER = re.compile(r"[^\W_]|[–—-][ \t]+(?!(?:and|or|to)\b)|\((?!(?:e?s)\))|“")
LONGEST_PASSAGE = 60
LONGEST_CHAIN = 200
SHORT_FRAGMENT = 3


def unclosed(reading: Reading) -> Iterator[Found]:
    """Marks that stay open or close nothing in their paragraph, heading or table cell."""
    yield from _beside_spaces(reading.page)
    yield from _lone(reading.page)
    yield from _open_code(reading.page)


def stuck(reading: Reading) -> Iterator[Found]:
    """Emphasis that lacks the space to the word or the dash beside it."""
    page = reading.page
    words = _Words(page)
    gaps = [gap for pair in emphasis(page).pairs for gap in _gaps(page, words, *pair)]
    for gap in _chains(sorted(gaps, key=lambda one: (one.start, one.end))):
        right = _with_spaces(page.text, gap)
        yield Found(gap.start, gap.end, "a space is missing beside the emphasis", right)


def _beside_spaces(page: Page) -> Iterator[Found]:
    """`** bold**` and `**bold **`, of which the stars would be printed."""
    for first, last in emphasis(page).spaced:
        if first.after.isspace():
            word = SPACE_AND_WORD.match(page.text, first.end)
            end, right = (word.end(), first.sign + word[1]) if word else (first.end, "")
            yield Found(
                first.start, end, f'no space belongs after an opening "{first.sign}"', right
            )
        else:
            base = max(0, last.start - LONGEST_PASSAGE)
            word = WORD_AND_SPACE.search(page.text[base : last.start])
            start, right = (base + word.start(), word[1] + last.sign) if word else (last.start, "")
            yield Found(start, last.end, f'no space belongs before a closing "{last.sign}"', right)


def _lone(page: Page) -> Iterator[Found]:
    lone = [mark for mark in emphasis(page).lone if not _is_masked_oath(page.text, mark)]
    opening = [mark for mark in lone if not mark.closes]
    closing = [mark for mark in lone if mark.closes]
    referred = {mark.sign: mark.start for mark in reversed(closing)}
    notes = {
        mark.sign
        for mark in opening
        if referred.get(mark.sign, mark.start) < mark.start and _begins_a_note(page, mark)
    }
    footnotes = notes | ({"**", "***"} if any(mark.sign == "*" for mark in closing) else set())
    for mark in opening:
        word = FIRST_WORD.match(page.text, mark.end)
        end = word.end() if word else mark.end
        if mark.sign not in notes:
            yield Found(mark.start, end, f'"{mark.sign}" opens here and never closes')
    for mark in closing:
        start = mark.start - len(
            LAST_WORD.findall(page.text[max(0, mark.start - 40) : mark.start])[0]
        )
        if mark.sign not in footnotes and mark.sign != "*":
            yield Found(start, mark.end, f'"{mark.sign}" closes what was never opened')


def _is_masked_oath(text: str, mark: Mark) -> bool:
    return OATH.fullmatch(text, max(0, mark.start - 4), mark.end + 4) is not None


def _begins_a_note(page: Page, mark: Mark) -> bool:
    return NOTE_START.search(page.text[max(0, mark.start - 20) : mark.start]) is not None


def _open_code(page: Page) -> Iterator[Found]:
    """Backticks without a partner of the same length in their passage."""
    for begin, end in passages(page, "`"):
        for run in _unpaired(page.text[begin:end]):
            start = begin + run.start()
            word = FIRST_WORD.match(page.text, begin + run.end())
            stop = word.end() if word else begin + run.end()
            yield Found(start, stop, f'the code mark "{run[0]}" is never closed')


def _unpaired(passage: str) -> Iterator[re.Match[str]]:
    runs = [run for run in BACKTICKS.finditer(passage) if run[0][0] == "`"]
    left = Counter(run[0] for run in runs)
    mark = ""
    for run in runs:
        left[run[0]] -= 1
        if mark:
            mark = "" if run[0] == mark else mark
        elif left[run[0]]:
            mark = run[0]
        else:
            yield run


@dataclass(frozen=True)
class _Gap:
    """A passage, and where in it the spaces are missing."""

    start: int
    end: int
    holes: tuple[int, ...]


def _gaps(page: Page, words: "_Words", first: Mark, last: Mark) -> Iterator[_Gap]:
    """What is missing around one emphasis; one passage, unless the emphasis is long."""
    text = page.text
    left = _stuck_before(text, first)
    right = _stuck_after(text, last)
    if not (left or right) or words.are_one(left, text[first.end : last.start], right):
        return
    holes = ((first.start,) if left else ()) + ((last.end,) if right else ())
    start, end = first.start - len(left), last.end + len(right)
    if end - start <= LONGEST_PASSAGE:
        yield _Gap(start, end, holes)
        return
    if left:
        word = FIRST_WORD.match(text, first.end)
        yield _Gap(start, word.end() if word else first.end, holes[:1])
    if right:
        word = LAST_WORD.search(text[max(0, last.start - 40) : last.start])
        yield _Gap(last.start - (len(word[0]) if word else 0), end, holes[-1:])


def _stuck_before(text: str, mark: Mark) -> str:
    """The end of what an opening mark sticks to, empty where it sticks to nothing."""
    if mark.before in STUCK_BEFORE:
        return mark.before
    word = LETTERS_BEFORE.search(text[max(0, mark.start - 40) : mark.start])
    return word[0] if word and _has_spaces_between_words(word[0]) else ""


def _stuck_after(text: str, mark: Mark) -> str:
    found = STUCK_AFTER.match(text, mark.end)
    if not found or not _has_spaces_between_words(found[0]):
        return ""
    word = LETTERS_AFTER.match(text, mark.end)
    return word[0] if word else found[0][0]


def _has_spaces_between_words(text: str) -> bool:
    """Whether its script is one that puts spaces: Chinese and Japanese do not."""
    return not text[0].isalpha() or text[0].lower() != text[0].upper()


@dataclass
class _Words:
    """The words of a page, to tell part of a word from a word."""

    page: Page

    @cached_property
    def apart(self) -> frozenset[str]:
        """Those with a space on either side."""
        return frozenset(self.page.prose.masked.lower().split())

    def are_one(self, left: str, inner: str, right: str) -> bool:
        """Whether the emphasis stands within one word on purpose."""
        if right.lower() in ENDINGS or inner.lower() in ENDINGS:
            return True
        if len(inner) == 1:
            return right.isalnum() or not inner.isalnum()
        if not inner.isalpha() or not (left + right).isalpha():
            return False
        whole = (left + inner + right).lower()
        return whole in words_of(self.page.prose.masked) or self._is_part(left.lower())

    def _is_part(self, left: str) -> bool:
        """Whether a few letters before emphasis are no word of their own, such as `un`."""
        if not left or len(left) > SHORT_FRAGMENT or left in SHORT_WORDS:
            return False
        return len(left) == 1 or left not in self.apart


def _chains(gaps: list[_Gap]) -> Iterator[_Gap]:
    """The gaps, those that share a word as one; where a chain grows long it is cut."""
    chain: _Gap | None = None
    for gap in gaps:
        if chain is None or gap.start >= chain.end:
            if chain:
                yield chain
            chain = gap
        elif gap.end - chain.start <= LONGEST_CHAIN:
            chain = _Gap(chain.start, max(chain.end, gap.end), (*chain.holes, *gap.holes))
        else:
            yield chain
            chain = _Gap(min(chain.end, gap.holes[0]), gap.end, gap.holes)
    if chain:
        yield chain


def _with_spaces(text: str, gap: _Gap) -> str:
    ends = [gap.start, *gap.holes, gap.end]
    return " ".join(text[begin:end] for begin, end in pairwise(ends))
