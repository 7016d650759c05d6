"""The words of the house: forms to avoid, terms with capitals, titles in italics."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from books.checks.finding import Found
from books.checks.marks import emphasis
from books.checks.page import Page
from books.checks.reading import Reading
from books.checks.style import Style
from books.checks.vocabulary import Hit, Vocabulary, lower, plural_of

SPACES = re.compile(r"\s[\s>]*")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SMALL_WORDS = "a an and as at but by for from in nor of on or the to with"
SMALL_WORDS = frozenset(_SMALL_WORDS.split())
TITLE = "As Here"
BOLD = ("**", "__")
STARS = re.compile(r"(\*{1,3}|_{1,3})(.+)\1")
LINK_TEXT = re.compile("\\[[^\\[\\]\n]{0,300}\\](?=[(\\[\ufffc])")
SENTENCE_START = re.compile(
    r"(?:\A|[.!?:…|•]['\"”’)\]*_]*\s+|\n\s*|[|>#]\s*|[-+*.)]\s+)[\s>*_(\[“‘\"']*\Z"
)


@lru_cache(maxsize=16)  # a chapter's rules, and a book's chapters, ask for the same style
def _avoided(style: Style) -> Vocabulary:
    return Vocabulary(style.terms)


@lru_cache(maxsize=16)
def _capitals(style: Style) -> Vocabulary:
    return Vocabulary(style.game["capitals"])


@lru_cache(maxsize=16)
def _italics(style: Style) -> Vocabulary:
    return Vocabulary(style.game["italics"], plurals=False)


def avoided(reading: Reading) -> Iterator[Found]:
    """Forms that the house prints otherwise, with the right one in the same number and case."""
    if not (terms := reading.style.terms):
        return
    text = reading.prose.masked
    for hit in _avoided(reading.style).hits(text):
        written = SPACES.sub(" ", text[hit.start : hit.end])
        if _is_meant(hit, written):
            right = _right(hit, written, terms[hit.form])
            right = right if _needs_stars(reading.page, hit) else _bare(right)
            if right != written and not _stands_in(right, text, hit):
                message = f'this house writes "{right}", not "{written}"'
                yield Found(hit.start, hit.end, message, right)


def uncapitalised(reading: Reading) -> Iterator[Found]:
    """Game terms without their capitals, or with more than theirs."""
    if not reading.style.game["capitals"]:
        return
    text = reading.prose.masked
    heads = _heads(reading.page)
    for hit in _capitals(reading.style).hits(text):
        written = SPACES.sub(" ", text[hit.start : hit.end])
        right = plural_of(hit.form) if hit.plural else hit.form
        if written != right and not _may_differ(heads, text, hit, written, right):
            yield Found(hit.start, hit.end, f'the term is "{right}"', right)


def upright(reading: Reading) -> Iterator[Found]:
    """Titles that should be in italics, outside headings and the texts of links."""
    if not reading.style.game["italics"]:
        return
    text = reading.prose.masked
    heads, slanted, links = _heads(reading.page), _slanted(reading.page), _links(text)
    for hit in _italics(reading.style).hits(text):
        written = SPACES.sub(" ", text[hit.start : hit.end])
        elsewhere = any(_within(spans, hit.start) for spans in (heads, slanted, links))
        if written == hit.form and not elsewhere:
            yield Found(hit.start, hit.end, f'"{hit.form}" belongs in italics', f"*{hit.form}*")


@lru_cache(maxsize=4)
def _heads(page: Page) -> list[tuple[int, int]]:
    """The headings and the heads of the tables, where capitals are looser."""
    return [
        (block.start, _line_end(page.text, block.start) if block.kind == "table" else block.end)
        for block in page.blocks
        if block.kind in ("heading", "table")
    ]


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _within(spans: list[tuple[int, int]], offset: int) -> bool:
    """Whether one of the spans, in order and without overlap, holds an offset."""
    place = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    return place >= 0 and offset < spans[place][1]


def _is_meant(hit: Hit, written: str) -> bool:
    """A form with a capital means itself alone, one without means every case."""
    form = plural_of(hit.form) if hit.plural else hit.form
    return form == form.lower() or form == written


def _right(hit: Hit, written: str, preferred: str) -> str:
    """The preferred form in the number and the case of the written one, its stars kept."""
    starred = STARS.fullmatch(preferred)
    bare = starred[2] if starred else preferred
    bare = plural_of(bare) if hit.plural else bare
    bare = _in_case_of(written, bare) if hit.form == hit.form.lower() else bare
    return starred[1] + bare + starred[1] if starred else bare


def _in_case_of(written: str, right: str) -> str:
    words = WORD.findall(written)
    if written.isupper() and len(written) > 1:
        return right.upper()
    if len(words) > 1 and all(word[0].isupper() for word in words if word not in SMALL_WORDS):
        return WORD.sub(_titled, right)
    return right[:1].upper() + right[1:] if written[:1].isupper() else right


def _titled(word: re.Match[str]) -> str:
    small = word.start() > 0 and word[0] in SMALL_WORDS
    return word[0] if small else word[0][0].upper() + word[0][1:]


def _bare(right: str) -> str:
    starred = STARS.fullmatch(right)
    return starred[2] if starred else right


def _needs_stars(page: Page, hit: Hit) -> bool:
    """Not where it stands in emphasis already, or in a heading."""
    return not _within(_slanted(page), hit.start) and not _within(_heads(page), hit.start)


def _stands_in(right: str, text: str, hit: Hit) -> bool:
    """Whether the preferred form stands there and the avoided one is only part of it."""
    whole, part = lower(_bare(right)), lower(text[hit.start : hit.end])
    place = whole.find(part)
    while place >= 0:
        start = hit.start - place
        if start >= 0 and lower(text[start : start + len(whole)]) == whole:
            return len(whole) > len(part)
        place = whole.find(part, place + 1)
    return False


def _may_differ(
    heads: list[tuple[int, int]], text: str, hit: Hit, written: str, right: str
) -> bool:
    """Capitals in heads, at the start of a sentence, and in words that are all capitals there."""
    if _within(heads, hit.start):
        return written.isupper() or _in_case_of(TITLE, right) == written
    if written == right[:1].upper() + right[1:]:
        return SENTENCE_START.search(text[max(0, hit.start - 20) : hit.start]) is not None
    return False


@lru_cache(maxsize=4)
def _slanted(page: Page) -> list[tuple[int, int]]:
    """Where text is in italics."""
    pairs = sorted(
        (first.end, last.start)
        for first, last in emphasis(page).pairs
        if first.sign not in BOLD and last.sign not in BOLD
    )
    apart: list[tuple[int, int]] = []
    for start, end in pairs:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def _links(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in LINK_TEXT.finditer(text)]
