"""Waivers: a comment in the text lets what a rule objects to pass there, and says why.

    <!-- bindery: allow sentence-length the oath is one breath -->
    <!-- bindery: allow dice-notation in this chapter: it quotes an older game -->

The first covers the paragraph, the heading or the row of a table that it stands in; where it
stands alone, the block after it, be that a whole list, table or quote. In code it is none.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from typing import NamedTuple

from books.checks.blocks import Block, front_matter_end
from books.checks.finding import Finding, Found, Report, Severity, Waived
from books.checks.page import Page
from books.checks.prose import INLINE, MASK
from books.checks.reading import Reading
from books.checks.sentences import WORD, after_markers
from books.errors import nearest

SIGN = "bindery:"
FORM = "<!-- bindery: allow RULE reason -->"
SAID = re.compile(r"allow (?P<rule>[\w-]+)(?P<wide> in this chapter\b)?:?(?: (?P<reason>.*))?")
NEW_LINE = re.compile(r"\n[\s>]*")


class Waiver(NamedTuple):
    """`covers` is the span of offsets it holds for, `start` and `end` are where it stands.

    One that cannot be read has no `rule`; one without a `reason` allows nothing.
    """

    covers: tuple[int, int]
    start: int
    end: int
    rule: str
    reason: str


def waivers(page: Page) -> list[Waiver]:
    """Those of a chapter, in order; whether there is such a rule is not judged here."""
    if SIGN not in page.text:
        return []
    places = _Places(page)
    return [
        _waiver(page, places, start, end)
        for start, end in _comments(page)
        if page.text[start + len("<!--") : end].lstrip().startswith(SIGN)
    ]


def sort_out(page: Page, findings: Iterable[Finding]) -> tuple[Report, list[Waiver]]:
    """Part the findings, given in order, into those that stand and those a waiver allows.

    Also answers the waivers that allowed nothing, though they are complete. Where several cover
    a finding the one that covers least is used.
    """
    given = [waiver for waiver in waivers(page) if waiver.reason]
    report = Report([], [])
    used: set[Waiver] = set()
    for finding, waiver in _allowing(given, findings):
        if waiver:
            report.waived.append(Waived(finding, waiver.reason))
            used.add(waiver)
        else:
            report.findings.append(finding)
    return report, [waiver for waiver in given if waiver not in used]


def incomplete(reading: Reading) -> Iterator[Found]:
    """Waivers without a reason, and comments for us that are no waiver."""
    for waiver in waivers(reading.page):
        if not waiver.rule:
            yield Found(waiver.start, waiver.end, f"this allows nothing; write {FORM}")
        elif not waiver.reason:
            message = f'the waiver of "{waiver.rule}" needs a reason: {FORM}'
            yield Found(waiver.start, waiver.end, message)


def unused(left: Iterable[Waiver], weights: Mapping[str, Severity | None]) -> Iterator[Found]:
    """Of the waivers that allowed nothing, those of no known rule and those with nothing to allow.

    `weights` has every rule by name, None for one that is off: its waivers may stay.
    """
    for waiver in left:
        if waiver.rule not in weights:
            message = f'there is no rule "{waiver.rule}"{nearest(waiver.rule, weights)}'
            yield Found(waiver.start, waiver.end, message)
        elif weights[waiver.rule]:
            message = f'"{waiver.rule}" finds nothing that this waiver covers: remove it'
            yield Found(waiver.start, waiver.end, message)


def _allowing(
    given: Iterable[Waiver], findings: Iterable[Finding]
) -> Iterator[tuple[Finding, Waiver | None]]:
    waiting: dict[str, list[Waiver]] = defaultdict(list)  # by rule, the next one last
    begun: dict[str, list[tuple[int, Waiver]]] = defaultdict(list)  # by rule, a heap by their ends
    for waiver in sorted(given, reverse=True):
        waiting[waiver.rule].append(waiver)
    for finding in findings:
        later, heap = waiting[finding.rule], begun[finding.rule]
        while later and later[-1].covers[0] <= finding.start:
            waiver = later.pop()
            heappush(heap, (waiver.covers[1], waiver))
        while heap and heap[0][0] <= finding.start:
            heappop(heap)
        yield finding, heap[0][1] if heap else None


def _comments(page: Page) -> Iterator[tuple[int, int]]:
    """The spans of the comments that are closed and not in code."""
    pieces, at = [], 0
    code = [(block.start, block.end) for block in page.blocks if block.kind == "code"]
    for start, end in [(0, front_matter_end(page.text)), *code]:
        pieces += [page.text[at:start], MASK * (end - start)]
        at = end
    for found in INLINE.finditer("".join([*pieces, page.text[at:]])):
        if found[0].startswith("<!--") and found[0].endswith("-->"):
            yield found.span()


def _waiver(page: Page, places: "_Places", start: int, end: int) -> Waiver:
    said = NEW_LINE.sub(" ", page.text[start + len("<!--") : end - len("-->")])
    found = SAID.fullmatch(" ".join(said.split()).removeprefix(SIGN).strip())
    if not found:
        return Waiver((start, end), start, end, "", "")
    covers = (0, len(page.text) + 1) if found["wide"] else places.covered(start, end)
    return Waiver(covers, start, end, found["rule"], found["reason"] or "")


class _Places:
    """What a comment covers, by the blocks of its page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._starts = [block.start for block in page.blocks]
        self._solid = list(self._next_solid())

    def covered(self, start: int, end: int) -> tuple[int, int]:
        """The span of offsets; that of the comment itself where there is nothing to cover."""
        at = bisect_right(self._starts, start) - 1
        if at < 0 or self._page.blocks[at].end <= start:
            return start, end
        around = self._page.blocks[at]
        if around.kind == "html":
            return self._from_html(at)
        return self._line(start, end) if around.kind == "table" else (around.start, around.end)

    def _from_html(self, at: int) -> tuple[int, int]:
        """From a comment that begins a line: what follows in that line, else the next block."""
        blocks = self._page.blocks
        around, after = blocks[at], self._solid[at]
        if self._is_solid(around):
            runs_on = at + 1 < len(blocks) and blocks[at + 1].kind == "paragraph"
            follows = runs_on and blocks[at + 1].line == around.line + 1
            return around.start, blocks[at + 1].end if follows else around.end
        if after is None or after.quotes < around.quotes or after.lists < around.lists:
            return around.start, around.end
        return around.start, after.end

    def _line(self, start: int, end: int) -> tuple[int, int]:
        text = self._page.text
        stop = text.find("\n", end)
        return text.rfind("\n", 0, start) + 1, stop if stop >= 0 else len(text)

    def _next_solid(self) -> Iterable[Block | None]:
        """For each block the next one that is no mere comment."""
        found: list[Block | None] = []
        after = None
        for block in reversed(self._page.blocks):
            found.append(after)
            after = block if self._is_solid(block) else after
        return reversed(found)

    def _is_solid(self, block: Block) -> bool:
        masked = self._page.prose.masked
        if block.kind != "html":
            return True
        return (
            WORD.search(masked, after_markers(masked, block.start, block.end), block.end)
            is not None
        )
