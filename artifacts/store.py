"""Bytes by digest: kept once, read back whole or in chunks."""

import hashlib
from typing import Any, BinaryIO, NamedTuple

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from artifacts.errors import ArtifactTooLarge, MissingBytes

CHUNK_BYTES = 1024 * 1024


class Kept(NamedTuple):
    """What the store holds: the lower-case hex SHA-256 and the size."""

    digest: str
    size_bytes: int


def name_of(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def keep(content: bytes) -> Kept:
    """Store these bytes, once however often they are kept. Call it before the row commits."""
    kept = Kept(hashlib.sha256(content).hexdigest(), len(content))
    _save(kept.digest, ContentFile(content))
    return kept


def keep_file(file: BinaryIO, *, limit_bytes: int | None = None) -> Kept:
    """Store what a seekable file holds, in constant memory; it is read twice.

    Raises ArtifactTooLarge beyond the limit, OSError when the file changed in between.
    """
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if limit_bytes is not None and size > limit_bytes:
            raise ArtifactTooLarge(f"larger than {limit_bytes} bytes")
    file.seek(0)
    _save(digest.hexdigest(), File(file))
    return Kept(digest.hexdigest(), size)


def read(digest: str) -> bytes:
    """The bytes of that digest. Raises MissingBytes when the store has lost them."""
    try:
        with default_storage.open(name_of(digest)) as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise MissingBytes(f"the bytes of {digest} are not in the store") from error
    return content


def _save(digest: str, content: "File[Any]") -> None:
    if not default_storage.exists(name_of(digest)):
        default_storage.save(name_of(digest), content)
