"""What changed between two versions, in the notation of `git diff --word-diff`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from string import whitespace
from typing import Any, NamedTuple, Protocol

from books.cutting import LINE, WORD, bare
from books.matching import Span, changes
from books.models import BookVersion

CONTEXT_LINES = 2
INK = re.compile(r"[^\n]*\S", re.ASCII)


class Comparable(Protocol):
    """A chapter as far as a comparison reads it; the text only where digests differ."""

    @property
    def slug(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def words(self) -> int: ...
    @property
    def text(self) -> str: ...


class WordDiff(NamedTuple):
    text: str
    words_added: int
    words_removed: int

    def as_json(self) -> dict[str, Any]:
        return {
            "words_added": self.words_added,
            "words_removed": self.words_removed,
            "diff": self.text,
        }


def between(old: BookVersion, new: BookVersion) -> dict[str, Any]:
    """The difference of two versions of one book."""
    chapters = compare(old.chapters.with_text(), new.chapters.with_text())
    files = {asset.path: asset.digest for asset in old.assets.all()}
    now = {asset.path: asset.digest for asset in new.assets.all()}
    assets = {
        "added": sorted(now.keys() - files),
        "removed": sorted(files.keys() - now),
        "changed": sorted(path for path in files.keys() & now if files[path] != now[path]),
    }
    return {
        "book": new.book.slug, "from": old.number, "to": new.number, **chapters, "assets": assets
    }  # fmt: skip


def compare(old: Iterable[Comparable], new: Iterable[Comparable]) -> dict[str, Any]:
    """`added removed renamed changed` of chapters; renamed is the same text by another slug."""
    before = {chapter.slug: chapter for chapter in old}
    after = {chapter.slug: chapter for chapter in new}
    added = [chapter for slug, chapter in after.items() if slug not in before]
    removed = [chapter for slug, chapter in before.items() if slug not in after]
    renamed = _renamed(removed, added)
    return {
        "added": [one.slug for one in added if one.slug not in renamed.values()],
        "removed": [one.slug for one in removed if one.slug not in renamed],
        "renamed": [{"from": was, "to": now} for was, now in renamed.items()],
        "changed": [
            _change(before[slug], chapter)
            for slug, chapter in after.items()
            if slug in before and before[slug].digest != chapter.digest
        ],
    }


def _renamed(removed: list[Comparable], added: list[Comparable]) -> dict[str, str]:
    homes: dict[str, list[str]] = {}
    for chapter in added:
        homes.setdefault(chapter.digest, []).append(chapter.slug)
    return {one.slug: homes[one.digest].pop(0) for one in removed if homes.get(one.digest)}


def _change(old: Comparable, new: Comparable) -> dict[str, Any]:
    diff = word_diff(old.text, new.text)
    return {
        "slug": new.slug,
        "words_from": old.words,
        "words_to": new.words,
        **diff.as_json(),
    }


def word_diff(old: str, new: str) -> WordDiff:
    """Changed lines word by word, with two unchanged lines around them.

    `@@ line N @@` gives the line in `new` where a stretch begins.
    """
    was, now = LINE.findall(old), LINE.findall(new)
    spans = list(changes(was, now))
    if not spans:
        return WordDiff("", 0, 0)
    hunks = [
        marked("".join(was[at.old_start : at.old_end]), "".join(now[at.new_start : at.new_end]))
        for at in spans
    ]
    added, removed = sum(hunk[1] for hunk in hunks), sum(hunk[2] for hunk in hunks)
    if not added and not removed:
        return WordDiff("@@ only white space differs @@\n", 0, 0)
    return WordDiff("".join(_folded(now, spans, [hunk.text for hunk in hunks])), added, removed)


def _folded(lines: Sequence[str], spans: list[Span], hunks: list[str]) -> Iterator[str]:
    """The hunks with their context; stretches that touch share one mark."""
    shown = 0
    following = [*(span.new_start for span in spans[1:]), len(lines)]
    for span, hunk, until in zip(spans, hunks, following, strict=True):
        start = max(shown, span.new_start - CONTEXT_LINES)
        if start > shown or not shown:
            yield f"@@ line {start + 1} @@\n"
        yield from map(_ended, lines[start : span.new_start])
        yield hunk
        shown = min(until, span.new_end + CONTEXT_LINES)
        yield from map(_ended, lines[span.new_end : shown])


def marked(old: str, new: str) -> WordDiff:
    """`new` with what was added and removed marked; equal words as `new` spaces them."""
    was, now = WORD.findall(old), WORD.findall(new)
    spans = list(changes([bare(one) for one in was], [bare(one) for one in now]))
    body = new or old
    parts = [body[: len(body) - len(body.lstrip(whitespace))]]
    at = 0
    for span in spans:
        parts += now[at : span.new_start]
        removed, added = was[span.old_start : span.old_end], now[span.new_start : span.new_end]
        parts.append(_both(removed, added))
        at = span.new_end
    parts += now[at:]
    words_added = sum(span.new_end - span.new_start for span in spans)
    words_removed = sum(span.old_end - span.old_start for span in spans)
    return WordDiff(_ended("".join(parts)), words_added, words_removed)


def _both(removed: list[str], added: list[str]) -> str:
    old, new = "".join(removed), "".join(added)
    space = (new or old)[len(bare(new or old)) :]
    return _each_line(bare(old), "[-", "-]") + _each_line(bare(new), "{+", "+}") + space


def _each_line(text: str, opening: str, closing: str) -> str:
    return INK.sub(lambda line: f"{opening}{line[0]}{closing}", text)


def _ended(line: str) -> str:
    return line if not line or line.endswith("\n") else line + "\n"
