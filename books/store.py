"""The bytes of assets, kept once per digest in Django's default storage."""

from collections.abc import Iterable, Iterator

from django.core.files.base import File
from django.core.files.storage import default_storage

from books.errors import Conflict
from books.manuscript import AssetFile

CHUNK_BYTES = 1024 * 1024


def name_of(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def keep(assets: Iterable[AssetFile]) -> None:
    """Store what is not stored yet. Call it before the rows commit.

    Raises Conflict when a file is no longer what was read; nothing wrong stays behind.
    """
    for digest, asset in {asset.digest: asset for asset in assets}.items():
        if not default_storage.exists(name_of(digest)):
            _save(asset)


def chunks(digest: str) -> Iterator[bytes]:
    """The bytes, a megabyte at a time. Raises Conflict when the store has lost them."""
    try:
        file = default_storage.open(name_of(digest))
    except FileNotFoundError as error:
        raise Conflict(f"the bytes of {digest} are not in the store") from error
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _save(asset: AssetFile) -> None:
    try:
        with asset.file.open("rb") as file:
            default_storage.save(name_of(asset.digest), File(file))
    except OSError as error:
        raise Conflict(f"{asset.path} cannot be stored: {error.strerror}") from error
