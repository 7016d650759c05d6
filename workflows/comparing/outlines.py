"""The bookmarks of two PDFs."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from books.matching import kept
from workflows.comparing.pdfium import Bookmark


def difference(old: Sequence[Bookmark], new: Sequence[Bookmark]) -> dict[str, Any]:
    """`added`, `removed` and `moved`: the same title at another place or level.

    That a bookmark leads to another page is no difference: pages shift whenever words do.
    """
    was, now = ([f"{one.level} {one.title}" for one in side] for side in (old, new))
    stayed = list(kept(was, now))
    gone = _without(old, {i for i, _ in stayed})
    come = _without(new, {j for _, j in stayed})
    pairs = list(_of_one_title(gone, come))
    moved_from, moved_to = {one for one, _ in pairs}, {one for _, one in pairs}
    return {
        "added": [one._asdict() for one in come if one not in moved_to],
        "removed": [one._asdict() for one in gone if one not in moved_from],
        "moved": [_moved(*pair) for pair in pairs],
    }


def _without(side: Sequence[Bookmark], stayed: set[int]) -> list[Bookmark]:
    return [one for place, one in enumerate(side) if place not in stayed]


def _of_one_title(
    gone: Sequence[Bookmark], come: Sequence[Bookmark]
) -> Iterator[tuple[Bookmark, Bookmark]]:
    homes: dict[str, deque[Bookmark]] = {}
    for one in come:
        homes.setdefault(one.title, deque()).append(one)
    yield from ((one, homes[one.title].popleft()) for one in gone if homes.get(one.title))


def _moved(was: Bookmark, now: Bookmark) -> dict[str, Any]:
    return {
        "title": now.title,
        "level_from": was.level,
        "level_to": now.level,
        "page_from": was.page,
        "page_to": now.page,
    }
