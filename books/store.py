"""The bytes of assets, kept once per digest in Django's default storage."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from books.errors import Conflict
from books.folder import reason
from books.manuscript import AssetFile

CHUNK_BYTES = 1024 * 1024


def name_of(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def keep(assets: Iterable[AssetFile]) -> None:
    """Store what is not stored yet. Call it before the rows commit.

    Raises Conflict when a file is no longer what was read, or the store refuses it; nothing
    wrong stays behind.
    """
    for asset in {asset.digest: asset for asset in assets}.values():
        try:
            if not _holds(asset):
                _save(asset)
        except OSError as error:
            raise Conflict(f"{asset.path} cannot be stored: {reason(error)}") from error


@contextmanager
def opened(digest: str) -> "Iterator[File[Any]]":
    """The bytes as a file to read and seek. Raises Conflict when the store has lost them."""
    try:
        file = default_storage.open(name_of(digest))
    except FileNotFoundError as error:
        raise Conflict(f"the bytes of {digest} are not in the store") from error
    except OSError as error:
        raise _unreadable(digest, error) from error
    with file:
        yield file


def chunks(digest: str) -> Iterator[bytes]:
    """The bytes, a megabyte at a time. Raises Conflict when the store has lost them."""
    with opened(digest) as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
        except OSError as error:
            raise _unreadable(digest, error) from error


def _holds(asset: AssetFile) -> bool:
    """Whether its bytes are there. The project's own storage also makes them young, so that
    no collection takes them before the rows commit."""
    holds = getattr(default_storage, "holds", None)
    name = name_of(asset.digest)
    return holds(name, asset.size_bytes) if holds else default_storage.exists(name)


def _save(asset: AssetFile) -> None:
    with asset.file.open("rb") as file:
        default_storage.save(name_of(asset.digest), File(file))


def _unreadable(digest: str, error: OSError) -> Conflict:
    return Conflict(f"the bytes of {digest} cannot be read: {reason(error)}")
