"""Redlines of texts by their digests, each worked out once."""

from collections.abc import Collection
from typing import Any, TypeVar

import msgspec
from django.core.cache import caches

from books.redlines import Redline, redline
from workflows import texts

T = TypeVar("T")
KEPT = "redlines"  # the name of Django's cache
FORMAT = 1
"""Of what is kept; another one once redlines are drawn otherwise."""


class Texts:
    """Those that one page needs, each read once."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def read(self, digests: Collection[str]) -> dict[str, str]:
        """By digest. Raises MissingBytes."""
        if missing := set(digests) - set(self._found):
            self._found |= texts.read(missing)
        return {digest: self._found[digest] for digest in digests}


def between(old_digest: str, new_digest: str, known: Texts | None = None) -> Redline:
    """The redline of two texts of the registry or the store. Raises MissingBytes."""
    key = f"{FORMAT}-{old_digest}-{new_digest}"
    if already := kept(key, Redline):
        return already
    found = (known or Texts()).read({old_digest, new_digest})
    made = redline(found[old_digest], found[new_digest])
    keep(key, made)
    return made


def kept(key: str, kind: type[T]) -> T | None:
    """None for what is not kept, or damaged."""
    found = caches[KEPT].get(key)
    try:
        return msgspec.msgpack.decode(found, type=kind) if isinstance(found, bytes) else None
    except msgspec.MsgspecError:
        return None


def keep(key: str, made: Any) -> None:
    caches[KEPT].set(key, msgspec.msgpack.encode(made))
