"""Sentences of a page's prose, where each lies, and its words.

Prose is what paragraphs hold, also those of lists and block quotes. A lead-in in bold or italics
(`**Margin:** how far …`, or a line of its own) is a title and belongs to no sentence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from books.checks.blocks import Block
from books.checks.prose import MASK

WORD = re.compile(r"[^\W_]++(?:['’.,:/&+−–-][^\W_]++)*+")
MARKERS = re.compile(r"[\s>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)*+(?:\[[ xX]\][ \t]++)?")
LEAD_IN = re.compile(
    r"(?P<mark>\*{1,3}|_{1,3})(?P<words>[^*_\n]{1,100})(?P=mark)(?P<colon>:?)[ \t]*+"
)
LEAD_IN_WORDS = 4
"""A lead-in that ends like a sentence has at most as many words: `**Describe first.** Paint …`"""
MOST_LEAD_INS = 3
STOP = re.compile(
    rf"(?<![.!?…])(?P<mark>[.!?…]++)(?P<close>[\"'”’»)\]*_~{MASK}]*+(?:\[\^[^\]\s]{{1,40}}\])?)"
    rf"(?=[\s>]++[\"'“‘«(\[*_~{MASK}¿¡—–-]*+(?P<next>\S?)|(?<=[*_])[^\W\d_])"
    r"|(?:[ ]{2}|\\)(?=\r?\n)"  # a hard line break
)
CLOSING = re.compile(rf"[.!?…][\"'”’»)\]*_~{MASK}]*+(?:\[\^[^\]\s]{{1,40}}\])?\s*\Z")
LOOK_BACK = 40
_ABBREVIATIONS = (
    "approx capt cf col dr e.g eg esp gen i.e ie lt mr mrs ms mt prof rev sgt st viz vs"
)
_BEFORE_NUMBERS = (
    "app apps art ch chap ed eq fig figs no nos p par pg pp sec sect tab v ver vol vols"
)
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
BEFORE_NUMBERS = frozenset(_BEFORE_NUMBERS.split())
_LETTERED = (
    "a an the and or appendix area class deck exhibit grade group level map option part plan room"
    " step table team tier type zone"
)
LETTERED = frozenset(_LETTERED.split())
"""After these a capital letter is no initial: `Choose plan B. Then …`"""
AROUND_WORDS = "([{<>*_~\"'“‘«—–-\\"


class Sentence(NamedTuple):
    """`start` and `end` are offsets in characters, markup of lists and quotes left out.

    One that is not `finished` has no full stop or the like: most are short items of lists.
    """

    start: int
    end: int
    words: tuple[str, ...]
    finished: bool


class Section(NamedTuple):
    """A heading and the sentences under it, up to the next heading of any level.

    `start` and `end` are the heading's; where there is none, the first sentence's.
    """

    start: int
    end: int
    sentences: list[Sentence]


def sentences(masked: str, blocks: Iterable[Block]) -> list[Sentence]:
    """Those of the paragraphs among the blocks, in order. What holds no word is none."""
    return [
        sentence
        for block in blocks
        if block.kind == "paragraph"
        for sentence in _of_paragraph(masked, block)
    ]


def sections(headings: Sequence[Block], all_sentences: Iterable[Sentence]) -> list[Section]:
    """The sentences by heading, those before the first heading first; empty ones left out."""
    found: list[Section] = []
    at, begun = 0, False
    for sentence in all_sentences:
        while at < len(headings) and headings[at].start <= sentence.start:
            at, begun = at + 1, False
        if not begun:
            head = headings[at - 1] if at else sentence
            found.append(Section(head.start, head.end, []))
            begun = True
        found[-1].sentences.append(sentence)
    return found


def after_markers(masked: str, start: int, end: int) -> int:
    """Where the text of a block begins, after the marks of lists and quotes."""
    found = MARKERS.match(masked, start, end)
    return found.end() if found else start


def _of_paragraph(masked: str, block: Block) -> Iterator[Sentence]:
    start = _body(masked, block)
    if masked.startswith("|", start):  # rows of a table that is none
        return
    for found in STOP.finditer(masked, start, block.end):
        if found["mark"] is None or _ends(masked, start, found):
            yield from _sentence(masked, start, found.end(), found["mark"] is not None)
            start = found.end()
    closing = CLOSING.search(masked, max(start, block.end - LOOK_BACK), block.end)
    yield from _sentence(masked, start, block.end, closing is not None)


def _sentence(masked: str, start: int, end: int, finished: bool) -> Iterator[Sentence]:  # noqa: FBT001
    if words := tuple(WORD.findall(masked, start, end)):
        begin = start
        while masked[begin].isspace() or masked[begin] in {">", MASK}:
            begin += 1
        yield Sentence(begin, end, words, finished)


def _body(masked: str, block: Block) -> int:
    """Where a paragraph's text begins: after the list's and quote's marks and after lead-ins."""
    start = after_markers(masked, block.start, block.end)
    for _ in range(MOST_LEAD_INS):
        lead_in = LEAD_IN.match(masked, start, block.end)
        if not lead_in or not _is_title(masked, lead_in, block.end):
            break
        start = after_markers(masked, lead_in.end(), block.end)
    return start


def _is_title(masked: str, lead_in: re.Match[str], end: int) -> bool:
    words = lead_in["words"]
    if lead_in["colon"] or words.endswith(":"):
        return True
    if words.endswith((".", "!", "?")):
        return len(lead_in["mark"]) > 1 and len(words.split()) <= LEAD_IN_WORDS
    return lead_in.end() >= end or masked[lead_in.end()] in "\r\n"


def _ends(masked: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a full stop, a question mark or the like is a sentence's end."""
    following = stop["next"] or masked[stop.end() : stop.end() + 1]
    if following.islower():
        return False
    if stop["mark"] != ".":
        return True
    return not _is_cut_short(masked, start, stop.start(), following)


def _is_cut_short(masked: str, start: int, end: int, following: str) -> bool:
    """Whether the stop after a word belongs to it: `vs.`, `p. 12`, `J. Smith`, `1. Roll`."""
    seen = masked[max(start, end - LOOK_BACK) : end].split()
    before, word = ["", "", *filter(None, (one.strip(AROUND_WORDS) for one in seen))][-2:]
    if word.isdecimal():
        return not before and end - start < LOOK_BACK
    if following.isdecimal() and word.lower() in BEFORE_NUMBERS:
        return True
    if len(word) == 1 and word.isupper():
        return word != "I" and before.lower() not in LETTERED
    return word.lower() in ABBREVIATIONS
