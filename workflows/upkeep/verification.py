"""Whether the store still holds what the rows say."""

from collections.abc import Iterator
from typing import Any

from artifacts import store
from artifacts.errors import MissingBytes, UnreadableBytes
from workflows.upkeep import wanted


def verify() -> dict[str, Any]:
    """Read all bytes that rows name, each digest once; how many those were, and every row that
    names damaged ones. In constant memory, whatever is sound."""
    checked = 0
    damaged: list[dict[str, Any]] = []
    for digest in wanted.digests():
        checked += 1
        damaged += _damage(digest)
    return {"checked": checked, "damaged": damaged}


def _damage(digest: str) -> Iterator[dict[str, Any]]:
    """What is wrong with it, once for each row that names it: `missing` or `unreadable`; `size`
    where there are more or fewer bytes than the row says, `bytes` where they are others."""
    size, problem = None, ""
    try:
        lying = store.hashed(digest)
        if lying.digest == digest:
            return
        size = lying.size_bytes
    except UnreadableBytes:
        problem = "unreadable"
    except MissingBytes:
        problem = "missing"
    for row in wanted.naming(digest):
        said = row.pop("size_bytes")
        yield row | {
            "digest": digest,
            "problem": problem or ("bytes" if said == size else "size"),
        }
