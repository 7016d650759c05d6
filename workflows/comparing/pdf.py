"""PDFs of a book: pages, outline, what the document says of itself, words, and looks."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from books.cutting import WORD
from books.diff import marked
from books.matching import Pair, changes, kept
from workflows.comparing.outlines import difference
from workflows.comparing.pdfium import BROKEN, Document, Look, looks, read
from workflows.comparing.running_text import IN_FULL, RunningText, Sentence

__all__ = ["compare", "read"]

LAYOUT = re.compile(rf"[\s\-{BROKEN}]")
OF_THE_HOUR = {"CreationDate", "ModDate"}


def compare(old: Document, new: Document) -> dict[str, Any]:
    """`pages_from pages_to page_sizes info outline words_added words_removed text looks`."""
    was, now = RunningText(old), RunningText(new)
    known = Counter([*was.words(), *now.words()])
    text = list(_stretches(was.sentences(known), now.sentences(known), known))
    return {
        "pages_from": len(old.texts),
        "pages_to": len(new.texts),
        "page_sizes": {"from": _sizes(old), "to": _sizes(new)},
        "info": list(_info(old.info, new.info)),
        "outline": difference(old.outline, new.outline),
        "words_added": sum(one["words_added"] for one in text),
        "words_removed": sum(one["words_removed"] for one in text),
        "text": text,
        "looks": list(_looks(old, new, _same_words(was, now))),
    }


def _stretches(
    old: Sequence[Sentence], new: Sequence[Sentence], known: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    """What differs in the running text; `page` counts in the new document."""
    for span in changes([one.text for one in old], [one.text for one in new]):
        was, now = old[span.old_start : span.old_end], new[span.new_start : span.new_end]
        after = "\n".join(one.text for one in now)
        diff = marked(_respaced("\n".join(one.text for one in was), after, known), after)
        if diff.words_added or diff.words_removed:
            here = now or _before(new, span.new_start)
            there = was or _before(old, span.old_start)
            yield {
                "page": here[0].page,
                "last_page": here[-1].page,
                "page_from": there[0].page,
                "heading": here[0].heading or None,
                **diff.as_json(),
            }


def _before(side: Sequence[Sentence], place: int) -> Sequence[Sentence]:
    """The sentence before a place; without one, the opening of the document."""
    return side[max(0, place - 1) : place] or [Sentence("", 1, "")]


def _respaced(old: str, new: str, known: Mapping[str, int]) -> str:
    """`old`, spaced like `new` where only spaces differ: PDFium loses some between two fonts.

    Not where words run together make a word that is used elsewhere.
    """
    was, now = WORD.findall(old), WORD.findall(new)
    for span in reversed([*changes([*map(str.strip, was)], [*map(str.strip, now)])]):
        left, right = was[span.old_start : span.old_end], now[span.new_start : span.new_end]
        fewer = min(left, right, key=len)
        if _unspaced(left) == _unspaced(right) and not any(
            known[part] > 1 for word in fewer for part in IN_FULL.findall(word)
        ):
            was[span.old_start : span.old_end] = right
    return "".join(was)


def _unspaced(words: Sequence[str]) -> str:
    return "".join("".join(words).split())


def _sizes(document: Document) -> list[dict[str, Any]]:
    """The sizes of pages in points, one for each stretch of pages of one size."""
    found, first = [], 1
    for (width, height), pages in groupby(document.sizes):
        last = first + len(list(pages)) - 1
        found.append({"first": first, "last": last, "width_points": width, "height_points": height})
        first = last + 1
    return found


def _info(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for key in sorted({*old, *new} - OF_THE_HOUR):
        if old.get(key) != new.get(key):
            yield {"key": key, "from": old.get(key), "to": new.get(key)}


def _looks(old: Document, new: Document, same: Sequence[Pair]) -> Iterator[dict[str, int]]:
    """Pages of the same words that look different.

    Of a page with another number the edges are left out. A page of another size is not compared,
    nor one that was a left page with a right one, whose margins differ.
    """
    pairs = [(i, j) for i, j in same if (i - j) % 2 == 0 and old.sizes[i] == new.sizes[j]]
    was = looks(old.content, [Look(i + 1, without_edges=i != j) for i, j in pairs])
    now = looks(new.content, [Look(j + 1, without_edges=i != j) for i, j in pairs])
    for (i, j), before, after in zip(pairs, was, now, strict=True):
        if before != after:
            yield {"page": j + 1, "page_from": i + 1}


def _same_words(old: RunningText, new: RunningText) -> list[Pair]:
    """The pages, from 0, that say the same on both sides, however their lines break."""
    was, now = ([LAYOUT.sub("", "".join(body)) for body in side.bodies] for side in (old, new))
    return sorted(kept(was, now))
