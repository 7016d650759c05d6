"""Lists: their numbers count on, their marks are of one kind, and lists they are."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from books.checks.blocks import Block
from books.checks.finding import Found
from books.checks.reading import Reading

LIKELY = re.compile(r"(?:\n|\A)[ \t>]*+(?:[•●▪‣◦·+-]|\d{1,2}[.)])")
PRINTED_BULLET = re.compile(r"^[ \t>]*(?P<mark>[•●▪‣◦·])[ \t]*(?=\S)", re.MULTILINE)
UNSPACED = re.compile(r"^(?: {0,3}>)* {0,3}(?P<mark>[-+]|\d{1,2}[.)])(?=[^\W\d_]{2})", re.MULTILINE)
RUN_ON = re.compile(r"(?<=\n) {0,3}(?P<number>\d{1,2})[.)][ \t]+(?=\S)")
HIGHEST = 99  # beyond it, a number before a full stop is rather a year


@dataclass
class _List:
    block: Block
    items: list[Block] = field(default_factory=list)


def ill_formed(reading: Reading) -> Iterator[Found]:
    """Numbers that jump, marks that change, and lines that were meant as items and are none."""
    lists = _lists(reading.page.blocks)
    for one in lists:
        yield from _jumps(reading.text, one)
    yield from _next_to_each_other(reading, lists)
    masked = reading.prose.masked
    likely = [found.start() for found in LIKELY.finditer(masked)]
    for block in reading.page.blocks:
        if block.kind == "paragraph" and _any_within(likely, block):
            yield from _no_items(masked, block)


def _any_within(places: list[int], block: Block) -> bool:
    place = bisect_left(places, block.start - 1)
    return place < len(places) and places[place] < block.end


def _lists(blocks: list[Block]) -> list[_List]:
    """Every list with the items that are its own."""
    lists: list[_List] = []
    inside: list[_List] = []
    for block in blocks:
        while inside and block.start >= inside[-1].block.end:
            inside.pop()
        if block.kind == "list":
            inside.append(_List(block))
            lists.append(inside[-1])
        elif block.kind == "item" and inside:
            owner = next((one for one in reversed(inside) if one.block.lists < block.lists), None)
            if owner:
                owner.items.append(block)
    return lists


def _jumps(text: str, one: _List) -> Iterator[Found]:
    numbers = [int(item.number) for item in one.items if item.number.isdecimal()]
    if len(set(numbers)) <= 1 or numbers[0] > HIGHEST:
        return
    for item, before, number in zip(one.items[1:], numbers, numbers[1:], strict=False):
        if number != before + 1:
            written = f"{item.number}{item.markup}"
            message = f'"{written}" comes after {before}; the next would be {before + 1}'
            yield _at(text, item, message, f"{before + 1}{item.markup}")


def _next_to_each_other(reading: Reading, lists: list[_List]) -> Iterator[Found]:
    """A list that ends where one with another mark begins: readers take both for one."""
    ended: dict[tuple[int, int], _List] = {}
    for one in lists:
        depth = (one.block.lists, one.block.quotes)
        before = ended.get(depth)
        changes = list(_change(reading.text, before, one)) if before else []
        yield from changes
        ended[depth] = _joined(before, one) if before and changes else one


def _joined(before: _List, after: _List) -> _List:
    """Both as one with the mark of the first, which what follows may go on with."""
    return _List(replace(before.block, end=after.block.end), before.items)


def _change(text: str, before: _List, after: _List) -> Iterator[Found]:
    if not (before.items and after.items):
        return
    gap = text[before.block.end : after.block.start]
    if gap.strip(" \t\r\n>") or bool(before.items[0].number) != bool(after.items[0].number):
        return
    if gap.count("\n") > 1 and not _is_loose(text, before):
        return
    marks = before.block.markup, after.block.markup
    if marks[0] != marks[1]:
        message = f'the list above has "{marks[0]}": with "{marks[1]}" another list begins'
        item = after.items[0]
        yield _at(text, item, message, f"{item.number}{marks[0]}")


def _is_loose(text: str, one: _List) -> bool:
    """Whether empty lines stand between its items too."""
    first, last = one.items[0], one.items[-1]
    return len(one.items) > 1 and "\n\n" in text[first.start : last.start].replace("\r", "")


def _at(text: str, item: Block, message: str, right: str = "") -> Found:
    mark = item.number + item.markup
    start = max(item.start, text.find(mark, item.start, item.end))
    return Found(start, start + len(mark), message, right)


def _no_items(masked: str, block: Block) -> Iterator[Found]:
    text = masked[block.start : block.end]
    bullets = list(PRINTED_BULLET.finditer(text))
    for found in bullets[:1]:
        message = 'lines with a printed bullet run together: a list is marked with "-"'
        yield Found(
            block.start + found.start("mark"), block.start + found.end("mark"), message, "-"
        )
    unspaced = list(UNSPACED.finditer(text))
    if len(unspaced) > 1 or (block.lists and any(text[one.end()].isupper() for one in unspaced)):
        for found in unspaced:
            mark, place = found["mark"], block.start + found.start("mark")
            message = f'"{mark}" needs a space after it, or this is no list'
            yield Found(place, place + len(mark), message, f"{mark} ")
    for found in RUN_ON.finditer(text):
        place = block.start + found.start("number")
        message = "an empty line is missing: this is a list to some converters, text to others"
        yield Found(place, place + len(found["number"]) + 1, message)
        break
