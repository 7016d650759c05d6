"""Links and pictures of a Markdown text: where they stand and where they lead."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from books.checks.prose import MASK, Prose

INLINE = re.compile(
    r"\]\([ \t]*+(?:<(?P<pointed>[^<>\n]*)>"
    r"|(?P<bare>[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)?))"
    r"(?:[ \t\n]++(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*+\)"
)
DEFINITION = re.compile(
    r"^ {0,3}\[(?P<label>[^\[\]\n]+)\]:[ \t]*<?(?P<target>[^\s<>]*)>?", re.MULTILINE
)
REFERENCE = re.compile(r"\]\[(?P<label>[^\[\]\n]{0,200})\](?![(\[:])")
LONGEST_WORDS = 200
FOOTNOTE = re.compile(r"\[(?P<label>\^[^\[\]\s]{1,100})\](?!:)")


class Link(NamedTuple):
    """`target` as written; `start` and `end` span it."""

    start: int
    end: int
    target: str


class Label(NamedTuple):
    """`[words][label]` and `[^note]`: a link whose target stands elsewhere."""

    start: int
    end: int
    label: str


def inline(prose: Prose) -> Iterator[Link]:
    """`[words](target)`, `![words](target)` and `[label]: target`, code and comments left out."""
    for found in INLINE.finditer(prose.text):
        if prose.masked[found.start()] == "]":
            group = "bare" if found["pointed"] is None else "pointed"
            yield Link(*found.span(group), found[group])
    for found in DEFINITION.finditer(prose.text):
        if _is_read(prose, found) and not found["label"].startswith("^"):
            yield Link(*found.span("target"), found["target"])


def labels(prose: Prose) -> Iterator[Label]:
    masked = prose.masked
    for found in REFERENCE.finditer(masked):
        start = masked.rfind("[", max(0, found.start() - LONGEST_WORDS), found.start())
        words = masked[start + 1 : found.start()]
        if start >= 0 and "\n" not in words and "]" not in words:
            yield Label(start, found.end(), normal(found["label"] or words))
    for found in FOOTNOTE.finditer(masked):
        yield Label(*found.span(), normal(found["label"]))


def defined(prose: Prose) -> frozenset[str]:
    """The labels that the text says the targets of."""
    found = DEFINITION.finditer(prose.text)
    return frozenset(normal(one["label"]) for one in found if _is_read(prose, one))


def normal(label: str) -> str:
    """Labels are the same whatever their case and white space."""
    return " ".join(label.split()).casefold()


def _is_read(prose: Prose, found: re.Match[str]) -> bool:
    return prose.masked[found.start("label")] != MASK
