"""The beginning of a text, so much as a page may hold."""

import codecs
from html import escape
from itertools import accumulate
from typing import NamedTuple

from artifacts import store

MOST_BYTES = 60_000  # of the page, when it is escaped: a `"` is then six


class Beginning(NamedTuple):
    text: str
    is_all: bool


def beginning(digest: str) -> Beginning:
    """What is not UTF-8 in it is shown as such. Raises MissingBytes."""
    with store.opened(digest) as file:
        held: bytes = file.read(MOST_BYTES + 1)
    reader = codecs.getincrementaldecoder("utf-8")("replace")
    text = reader.decode(held, final=len(held) <= MOST_BYTES)
    shown = text[: fitting(text)]
    return Beginning(shown, len(held) <= MOST_BYTES and shown == text)


def fitting(text: str, most_bytes: int = MOST_BYTES) -> int:
    """How many of its letters fit."""
    sizes = accumulate(len(escape(letter).encode()) for letter in text)
    return sum(1 for size in sizes if size <= most_bytes)
