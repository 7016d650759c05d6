"""Which bytes in the store are wanted: those that a row names by digest."""

from collections.abc import Collection, Iterator
from heapq import merge
from itertools import groupby
from typing import Any

from artifacts.models import Artifact
from books.models import Asset

NAMING: tuple[Any, ...] = (Artifact, Asset)  # models whose `digest` names bytes in the store
PAGE = 1000


def digests() -> Iterator[str]:
    """Every digest once, in order. A page is read at a time, however many rows there are."""
    yield from (digest for digest, _ in groupby(merge(*map(_digests_of, NAMING))))


def _digests_of(model: Any) -> Iterator[str]:
    last = ""
    in_order = model.objects.order_by("digest").values_list("digest", flat=True).distinct()
    while page := list(in_order.filter(digest__gt=last)[:PAGE]):
        yield from page
        last = page[-1]


def named(among: Collection[str]) -> set[str]:
    """Those of the digests that rows name."""
    rows = (model.objects.filter(digest__in=among) for model in NAMING)
    return {digest for found in rows for digest in found.values_list("digest", flat=True)}


def naming(digest: str) -> Iterator[dict[str, Any]]:
    """Who names it: an artifact's id, or book, version and path of an asset; and the size."""
    for artifact in Artifact.objects.filter(digest=digest):
        yield _row(artifact.size_bytes, artifact=artifact.public_id)
    for asset in Asset.objects.filter(digest=digest).select_related("version__book"):
        version = asset.version
        place = {"book": version.book.slug, "version": version.number, "path": asset.path}
        yield _row(asset.size_bytes, asset=place)


def _row(
    size_bytes: int, artifact: str | None = None, asset: dict[str, str] | None = None
) -> dict[str, Any]:
    return {"artifact": artifact, "asset": asset, "size_bytes": size_bytes}
