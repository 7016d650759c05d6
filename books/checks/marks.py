"""The emphasis of a page: which stars and underscores belong together, and which to nothing.

Read as a person means it, not as CommonMark does: in `**Note:**then**more**` a person sees two
bold pieces and missing spaces, CommonMark sees stars. A mark belongs to its paragraph, heading or
table cell. Products (`2 * 3`), gaps (`____`) and `snake_case` are no emphasis.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from books.checks.page import Page
from books.checks.prose import MASK

RUN = re.compile(r"(?P<sign>[*_])(?P=sign)*+")
IN_FORMULA = frozenset("{\\")  # a_{1}
LIST_MARK = re.compile(r"(?:\A|\n)[ \t>]*\Z")
CELL_END = re.compile(r"\\\||\||\n")
OPENING = frozenset("([{<>\"'“‘„«¡¿–—-/+~=#$×" + MASK)
CLOSING = frozenset(".,;:!?)]}>\"'”’»…–—-/+×%" + MASK)
LONGEST = 3


class Mark(NamedTuple):
    """A run of stars or underscores; `before` and `after` are its neighbours, a space where the
    paragraph or the cell ends."""

    start: int
    end: int
    sign: str
    before: str
    after: str

    @property
    def free(self) -> bool:
        return self.before.isspace() and self.after.isspace()

    @property
    def opens(self) -> bool:
        """It looks like an opening mark and not like a closing one."""
        if self.after.isspace():
            return False
        return self.before.isspace() or (self.before in OPENING and self.after not in CLOSING)

    @property
    def closes(self) -> bool:
        """It looks like a closing mark and not like an opening one."""
        if self.before.isspace():
            return False
        return self.after.isspace() or (self.after in CLOSING and not self.opens)

    @property
    def in_a_word(self) -> bool:
        return self.before.isalnum() and self.after.isalnum()


@dataclass
class Emphasis:
    """`pairs` are whole; in `spaced` a space keeps one from working; `lone` has what is left
    over: marks that open and never close, or the reverse."""

    pairs: list[tuple[Mark, Mark]] = field(default_factory=list)
    spaced: list[tuple[Mark, Mark]] = field(default_factory=list)
    lone: list[Mark] = field(default_factory=list)


@lru_cache(maxsize=4)  # several rules ask for the page at hand
def emphasis(page: Page) -> Emphasis:
    """All marks of a page's prose. Takes about 20 ms per 600,000 characters."""
    found = Emphasis()
    for begin, end in passages(page, "*_"):
        marks = list(_marks(page.prose.masked[begin:end], begin))
        for kind in {mark.sign[0] for mark in marks}:
            _Pairing(found).read([mark for mark in marks if mark.sign[0] == kind])
    return found


def passages(page: Page, signs: str) -> Iterator[tuple[int, int]]:
    """The paragraphs, headings and table cells, between which no emphasis reaches; only such as
    hold one of the signs."""
    for block in page.blocks:
        if block.kind not in ("paragraph", "heading", "table"):
            continue
        text = page.text[block.start : block.end]
        if any(sign in text for sign in signs):
            if block.kind == "table":
                yield from _cells(page.prose.masked, block.start, block.end)
            else:
                yield block.start, block.end


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for found in CELL_END.finditer(text, start, end):
        if len(found[0]) == 1:
            yield begin, found.start()
            begin = found.end()
    yield begin, end


def _marks(passage: str, begin: int) -> Iterator[Mark]:
    for found in RUN.finditer(passage):
        start, end = found.span()
        if passage[start - 1 : start] == "\\":
            start += 1
        sign = passage[start:end]
        before = passage[start - 1 : start] or " "
        after = passage[end : end + 1] or " "
        mark = Mark(begin + start, begin + end, sign, before, after)
        if 0 < len(sign) <= LONGEST and not _is_none(mark, passage[max(0, start - 20) : start]):
            yield mark


def _is_none(mark: Mark, before: str) -> bool:
    """Whether it is part of a name or a formula, or begins an item of a list."""
    if mark.sign[0] == "_":
        return mark.in_a_word or mark.after in IN_FORMULA
    return mark.sign == "*" and mark.after.isspace() and LIST_MARK.search(before) is not None


@dataclass
class _Pairing:
    """Pairs the marks of one kind in one passage; `open` by length, so at most three."""

    found: Emphasis
    open: dict[int, Mark] = field(default_factory=dict)

    def read(self, marks: list[Mark]) -> None:
        following: dict[str, Mark] = {}
        after: list[Mark | None] = []
        for mark in reversed(marks):
            after.append(following.get(mark.sign))
            following[mark.sign] = mark
        for mark, follower in zip(marks, reversed(after), strict=True):
            if len(mark.sign) in self.open:
                self._meet(self.open[len(mark.sign)], mark, follower)
            elif not self._part(mark):
                self._begin(mark, follower)
        self.found.lone.extend(sorted(set(self.open.values()), key=lambda mark: mark.start))

    def _meet(self, first: Mark, mark: Mark, follower: Mark | None) -> None:
        """A mark where one like it is open: it closes that, unless it plainly opens anew."""
        if mark.free and len(mark.sign) == 1:
            return
        again = mark.opens and follower is not None and not follower.opens and not follower.free
        del self.open[len(mark.sign)]
        if again:
            self.found.lone.append(first)
            self.open[len(mark.sign)] = mark
        elif first.after.isspace() or mark.before.isspace():
            self.found.spaced.append((first, mark))
        else:
            self.found.pairs.append((first, mark))

    def _part(self, mark: Mark) -> bool:
        """Whether it closes part of a `***`, or as a `***` what is open of the others."""
        length = len(mark.sign)
        if mark.opens or mark.free:
            return False
        if length < LONGEST and LONGEST in self.open:
            first = self.open.pop(LONGEST)
            self.found.pairs.append((first, mark))
            self.open[LONGEST - length] = first
            return True
        if length == LONGEST and self.open and mark.closes:
            self.found.pairs.extend((first, mark) for first in self.open.values())
            self.open.clear()
            return True
        return False

    def _begin(self, mark: Mark, follower: Mark | None) -> None:
        """A mark where none like it is open."""
        length = len(mark.sign)
        if mark.free:
            wanted = follower is not None and (
                follower.closes if length == 1 else follower.closes or follower.free
            )
        elif length == 1 and mark.in_a_word:
            digits = mark.before.isdigit() and mark.after.isdigit()
            wanted = follower is not None and not digits
        else:
            wanted = not mark.closes or self._is_awaited(mark, follower)
            if not wanted:
                self.found.lone.append(mark)
        if wanted:
            self.open[length] = mark

    @staticmethod
    def _is_awaited(mark: Mark, follower: Mark | None) -> bool:
        """Whether what looks like a closing mark opens: `roll**(4d6)**and`."""
        if mark.after.isspace() or follower is None:
            return False
        return not follower.opens and not follower.free
