"""What playtests ask of a book: a row for each item of a delivered `playtest_feedback`."""

import json
from collections.abc import Iterable
from typing import Any

from artifacts.models import Artifact, FeedbackItem
from artifacts.models.feedback import LONGEST

SAID = (*LONGEST, "quote", "text")


def take_in(book_id: int, delivered: Iterable[Artifact]) -> None:
    """Open what these ask; what was taken in before stays as it is. A key that a run has planned
    is planned by it here too.

    Call it in the transaction that completes their run, under a lock on the book.
    """
    items = [item for artifact in delivered for item in items_of(artifact)]
    if not items:
        return
    planned = FeedbackItem.objects.open_by_key(book_id)
    for item in items:
        item.planned_by_run_id = planned.get(item.key)
    FeedbackItem.objects.bulk_create(items, ignore_conflicts=True)


def items_of(artifact: Artifact) -> list[FeedbackItem]:
    """The rows of its items, not yet saved. What is no item is passed over; an item without a key,
    or with that of an earlier one, gets one of its own: `<first 8 of the digest>-<its place>`."""
    found: dict[str, FeedbackItem] = {}
    for place, entry in enumerate(_entries(artifact), start=1):
        if not isinstance(entry, dict):
            continue
        said = {name: _said(name, entry.get(name)) for name in SAID}
        if not said["key"] or said["key"] in found:
            said["key"] = f"{artifact.digest[:8]}-{place}"
        found[said["key"]] = FeedbackItem(artifact=artifact, book_id=artifact.book_id, **said)
    return list(found.values())


def _entries(artifact: Artifact) -> list[Any]:
    try:
        told = json.loads(artifact.content())
    except (ValueError, RecursionError):
        return []
    items = told.get("items") if isinstance(told, dict) else None
    return items if isinstance(items, list) else []


def _said(name: str, value: Any) -> str:
    """A word or number as its column takes it: without NUL and halves of characters, cut short."""
    word = str(value) if isinstance(value, str | int | float) else ""
    whole = word.replace("\0", "").encode(errors="replace").decode().strip()
    return whole[: LONGEST.get(name)].rstrip()
