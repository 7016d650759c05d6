"""A chapter as the checks read it: the prose in place, everything else masked."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from books.checks.blocks import front_matter_end

MASK = "\ufffc"
"""Stands for one character that is not prose. It is no letter, digit, space or punctuation."""

WORD_LENGTH = 40
LINE = re.compile(r"[^\n]*\n|[^\n]+")
ITEM = r"(?:[-*+]|\d{1,9}[.)])"
FENCE = re.compile(
    rf"(?P<prefix>[ \t>]*(?:{ITEM}[ \t]+)?)(?P<mark>`{{3,}}|~{{3,}})(?P<rest>[^\n]*)"
)
LIST_ITEM = re.compile(rf"[ \t]{{0,3}}{ITEM}[ \t]")
INDENTED = re.compile(r" {0,3}(?: {4}|\t)")
INLINE = re.compile(
    r"(?<!`)(`{1,8})(?!`)(?:(?!\n[ \t>]*\n)[\s\S]){1,1000}?(?<!`)\1(?!`)"  # a code span
    r"|<!--[\s\S]*?(?:-->|\Z)"  # a comment
    r"|</?[A-Za-z][^<>\n]{0,500}>"  # an HTML tag or an address in pointed brackets
    r"|(?<=\])\([^()\n]{0,500}\)"  # where a link leads
    r"|\b(?:https?://|www\.)[^\s<>]{1,500}"
)


@dataclass(frozen=True)
class Prose:
    """`text` as written, `masked` of the same length, so that offsets hold for both."""

    text: str
    masked: str

    @cached_property
    def _starts(self) -> list[int]:
        lengths = map(len, self.text.split("\n"))
        return list(accumulate((length + 1 for length in lengths), initial=0))[:-1]

    def line_at(self, offset: int) -> int:
        """The number of the line an offset lies in, from 1."""
        return bisect_right(self._starts, offset)

    @cached_property
    def _line_hashes(self) -> list[int]:
        return [hash(line) for line in self.text.split("\n")]

    def lines_hash(self, start: int, end: int) -> int:
        """The same for the same words in all the lines from one offset to another."""
        return hash(tuple(self._line_hashes[self.line_at(start) - 1 : self.line_at(end)]))

    def line_before(self, offset: int) -> str:
        """The masked line up to an offset. Costs as much as that line is long."""
        return self.masked[self.masked.rfind("\n", 0, offset) + 1 : offset]

    def word_before(self, offset: int) -> str:
        """The last characters before an offset, enough to see which word stands there."""
        return self.masked[max(0, offset - WORD_LENGTH) : offset]


def prose(text: str) -> Prose:
    """Mask front matter, code blocks and spans, comments, tags, and the targets of links."""
    begin = front_matter_end(text)
    lines = LINE.findall(_mask(text[:begin]) + text[begin:])
    code = _indented(_fenced(lines))
    masked = "".join(map(_mask, lines, code))
    return Prose(text, INLINE.sub(lambda found: _mask(found[0]), masked))


def _mask(text: str, code: bool = True) -> str:  # noqa: FBT001, FBT002
    return re.sub(r"[^\n]", MASK, text) if code else text


def _fenced(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is fenced code; the fences count as code."""
    mark, quoted = "", False
    for line in lines:
        if quoted and not line.lstrip().startswith(">"):
            mark, quoted = "", False
        fence = FENCE.match(line)
        yield line, bool(mark or _opens(fence))
        if not mark and fence and _opens(fence):
            mark, quoted = fence["mark"], ">" in fence["prefix"]
        elif mark and fence and fence["mark"].startswith(mark) and not fence["rest"].strip():
            mark, quoted = "", False


def _opens(fence: re.Match[str] | None) -> bool:
    """Three backticks with more in the same line are a code span, no fence."""
    return fence is not None and not (fence["mark"][0] == "`" and "`" in fence["rest"])


def _indented(lines: Iterable[tuple[str, bool]]) -> Iterator[bool]:
    """Whether each line is code of either kind.

    Indented lines are code only after a blank line and outside lists, where they may be text.
    """
    in_list, in_code, after_blank = False, False, True
    for line, fenced in lines:
        blank, indented = not line.strip(), INDENTED.match(line) is not None
        in_code = not fenced and not blank and indented and not in_list and (in_code or after_blank)
        if not (fenced or blank or indented):
            in_list = LIST_ITEM.match(line) is not None or (in_list and not after_blank)
        after_blank = blank
        yield fenced or in_code
