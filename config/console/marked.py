"""Passages that were marked in a text on a page, as its script sends them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from workflows import texts
from workflows.errors import InvalidInput
from workflows.passages import LONGEST_QUOTE, refuse_many

KEYS: Mapping[str, type | tuple[type, ...]] = {
    "chapter": str,
    "quote": str,
    "start": (int, type(None)),
    "end": (int, type(None)),
    "digest": str,
}
NEEDED = ("chapter", "quote")
Passage = dict[str, Any]


def read_marked(sent: str) -> list[Passage]:
    """Raises InvalidInput for what no page of ours sends."""
    try:
        told = json.loads(sent or "[]")
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, list) or not all(map(_is_passage, told)):
        raise InvalidInput("the marked passages came broken; mark them again")
    return told


def _is_passage(told: object) -> bool:
    if not isinstance(told, dict) or not {*NEEDED} <= set(told) <= set(KEYS):
        return False
    return all(isinstance(value, KEYS[name]) for name, value in told.items())


def placed(marked: Sequence[Passage], digests: Mapping[str, str]) -> list[Passage]:
    """As a rejection of those chapters, by their digests, takes them: by the offsets where the
    text says there what was marked, else by the words, to be looked for. Raises InvalidInput for
    too many."""
    refuse_many(marked)
    slugs = {one["chapter"] for one in marked} & set(digests)
    read = texts.read({digests[slug] for slug in slugs})
    return [_placed(one, digests.get(one["chapter"], ""), read) for one in marked]


def _placed(passage: Passage, digest: str, read: Mapping[str, str]) -> Passage:
    words = {name: passage[name] for name in NEEDED}
    start, end = passage.get("start"), passage.get("end")
    if start is None or passage.get("digest", digest) != digest:
        return words
    if not passage["quote"] or _says(read.get(digest, "")[start:end], passage["quote"]):
        return {"chapter": passage["chapter"], "start": start, "end": end}
    return words


def _says(stands: str, quote: str) -> bool:
    """Whether that is what was seen: white space aside, and lines within it that were folded."""
    if len(stands) > LONGEST_QUOTE:
        return True  # it is refused for its length
    there, seen = stands.split(), quote.split()
    rest = iter(there)
    ends = there[:1] == seen[:1] and there[-1:] == seen[-1:]
    return ends and all(word in rest for word in seen)
