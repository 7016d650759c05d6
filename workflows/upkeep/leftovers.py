"""What lies in the store and no row names: left there by processes that died, or were refused,
between the bytes and their rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from artifacts import store
from workflows.claims import MAX_LEASE_SECONDS
from workflows.upkeep import wanted

BATCH = 500


@dataclass
class Collection:
    """What one look through the store found; with `delete` it deletes what it may.

    Spared is what was kept, or was being written, within the longest lease: who did that may
    still be about to write the row.
    """

    delete: bool
    before: datetime
    orphans: list[dict[str, Any]] = field(default_factory=list)
    temporary: list[dict[str, Any]] = field(default_factory=list)
    spared: int = 0
    foreign: int = 0
    deleted: int = 0

    def look_at(self, names: Iterable[str]) -> None:
        promised = {name: store.digest_in(name) for name in names}
        named = wanted.named([digest for digest in promised.values() if digest])
        for name, digest in promised.items():
            if digest is None and not store.is_incoming(name):
                self.foreign += 1
            elif digest not in named:
                self._found(name, digest)

    def _found(self, name: str, digest: str | None) -> None:
        if not (lying := store.lying(name)):
            return
        if lying.modified_at >= self.before or (self.delete and not self._deleted(name, digest)):
            self.spared += 1
        elif digest:
            self.orphans.append({"digest": digest, **lying._asdict()})
        else:
            self.temporary.append({"name": name, **lying._asdict()})

    def _deleted(self, name: str, digest: str | None) -> bool:
        """A row that was written since must come first: its bytes were touched before it."""
        needed = digest and wanted.named([digest])
        gone = not needed and store.discard(name, unused_since=self.before)
        self.deleted += gone
        return gone

    def as_json(self) -> dict[str, Any]:
        found = [*self.orphans, *self.temporary]
        return {
            "orphans": self.orphans,
            "temporary": self.temporary,
            "spared": self.spared,
            "foreign": self.foreign,
            "size_bytes": sum(one["size_bytes"] for one in found),
            "deleted": self.deleted,
        }


def collect(*, delete: bool) -> dict[str, Any]:
    """List what no row names and what dead writers left, and delete it if told to. May be
    repeated, at any time, beside any other process. Raises StoreRefused."""
    before = timezone.now() - timedelta(seconds=MAX_LEASE_SECONDS)
    collection = Collection(delete, before)
    with store.storing():
        for names in _batches(store.names()):
            collection.look_at(names)
    return collection.as_json()


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, BATCH)):
        yield batch
