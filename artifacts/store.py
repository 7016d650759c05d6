"""Bytes by digest: kept once, read back whole or in chunks."""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from artifacts import storage
from artifacts.errors import (
    ArtifactTooLarge,
    DamagedBytes,
    InvalidArtifact,
    MissingBytes,
    StoreRefused,
    UnreadableBytes,
)
from artifacts.storage import ContentStorage

CHUNK_BYTES = storage.CHUNK_BYTES
name_of = storage.name_of
SHARD = re.compile(r"[0-9a-f]{2}")
NAME = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})")


class Kept(NamedTuple):
    """What the store holds: the lower-case hex SHA-256 and the size."""

    digest: str
    size_bytes: int


class Lying(NamedTuple):
    """What is known of a file in the storage without reading it."""

    size_bytes: int
    modified_at: datetime


def keep(content: bytes) -> Kept:
    """Store these bytes, once however often they are kept. Call it before the row commits."""
    kept = Kept(hashlib.sha256(content).hexdigest(), len(content))
    with storing():
        _save(kept, ContentFile(content))
    return kept


def keep_file(file: BinaryIO, *, limit_bytes: int | None = None) -> Kept:
    """Store what a file holds, in constant memory; it is read once, from where it stands.

    Raises ArtifactTooLarge beyond the limit, InvalidArtifact when it cannot be read.
    """
    content = _read(file, limit_bytes)
    with storing():
        if isinstance(default_storage, ContentStorage):
            return Kept(*default_storage.take_in(content))
        return _keep_by_copy(content)


def _keep_by_copy(content: Iterator[bytes]) -> Kept:
    """For a storage that must be told the name first: what is sent is what was hashed, even
    where the file changes meanwhile."""
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as copy:
        for chunk in content:
            digest.update(chunk)
            copy.write(chunk)
        kept = Kept(digest.hexdigest(), copy.tell())
        copy.seek(0)
        _save(kept, File(copy))
    return kept


def try_out() -> None:
    """Raises StoreRefused where nothing could be kept now, for a full disk or the like. Of a
    storage elsewhere it asks only whether it answers."""
    with storing():
        if isinstance(default_storage, ContentStorage):
            default_storage.try_out()
        else:
            default_storage.exists(name_of(hashlib.sha256().hexdigest()))


def read(digest: str) -> bytes:
    """The bytes of that digest. Raises MissingBytes when the store has lost them."""
    return b"".join(chunks(digest))


@contextmanager
def opened(digest: str) -> "Iterator[File[Any]]":
    """The bytes as a file to read and seek. Raises MissingBytes, or UnreadableBytes."""
    try:
        file = default_storage.open(name_of(digest))
    except FileNotFoundError as error:
        raise MissingBytes(f"the bytes of {digest} are not in the store") from error
    except OSError as error:
        raise _unreadable(digest, error) from error
    with file:
        yield file


def chunks(digest: str) -> Iterator[bytes]:
    """The bytes, a megabyte at a time. Raises MissingBytes, or UnreadableBytes."""
    with opened(digest) as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
        except OSError as error:
            raise _unreadable(digest, error) from error


def copy(digest: str, out: BinaryIO) -> None:
    """Write the bytes into a file, in constant memory. Raises DamagedBytes once it has written
    others than the digest stands for."""
    found = hashlib.sha256()
    for chunk in chunks(digest):
        found.update(chunk)
        out.write(chunk)
    if found.hexdigest() != digest:
        raise DamagedBytes(f"the bytes of {digest} in the store are damaged; see artifact_verify")


def hashed(digest: str) -> Kept:
    """What really lies under that digest."""
    found, size = hashlib.sha256(), 0
    for chunk in chunks(digest):
        found.update(chunk)
        size += len(chunk)
    return Kept(found.hexdigest(), size)


def names() -> Iterator[str]:
    """Of all that lies in the storage, a folder at a time; that of a folder ends in `/`."""
    try:
        folders, files = default_storage.listdir("")
    except FileNotFoundError:
        return
    yield from files
    for folder in folders:
        if SHARD.fullmatch(folder):
            below, files = default_storage.listdir(folder)
            yield from (f"{folder}/{name}" for name in files)
            yield from (f"{folder}/{name}/" for name in below)
        else:
            yield f"{folder}/"


def lying(name: str) -> Lying | None:
    """None where it is gone."""
    with suppress(FileNotFoundError):
        return Lying(default_storage.size(name), default_storage.get_modified_time(name))
    return None


def digest_in(name: str) -> str | None:
    """The digest that a name promises; None where it was not given by this store."""
    found = NAME.fullmatch(name)
    return found[2] if found else None


def is_incoming(name: str) -> bool:
    """Whether somebody was, or is, writing it."""
    return name.startswith(storage.INCOMING) and not name.endswith("/")


def discard(name: str, *, unused_since: datetime) -> bool:
    """Delete what nobody has kept since then; False where somebody has, or it is gone.

    Safe beside processes that are keeping the same bytes; with another storage than
    ContentStorage not in the moment between the look and the deletion.
    """
    if isinstance(default_storage, ContentStorage):
        return default_storage.discard(name, unused_since=unused_since)
    if default_storage.get_modified_time(name) >= unused_since:
        return False
    default_storage.delete(name)
    return True


@contextmanager
def storing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreRefused(f"the store refuses it: {_why(error)}") from error


def _save(kept: Kept, content: "File[Any]") -> None:
    if not _holds(kept):
        default_storage.save(name_of(kept.digest), content)


def _holds(kept: Kept) -> bool:
    if isinstance(default_storage, ContentStorage):
        return default_storage.holds(name_of(kept.digest), kept.size_bytes)
    return default_storage.exists(name_of(kept.digest))


def _read(file: BinaryIO, limit_bytes: int | None) -> Iterator[bytes]:
    size = 0
    try:
        while chunk := file.read(CHUNK_BYTES):
            size += len(chunk)
            if limit_bytes is not None and size > limit_bytes:
                raise ArtifactTooLarge(f"larger than {limit_bytes} bytes")
            yield chunk
    except OSError as error:
        name = getattr(file, "name", "the file")
        raise InvalidArtifact(f'"{name}" cannot be read: {_why(error)}') from error


def _unreadable(digest: str, error: OSError) -> UnreadableBytes:
    return UnreadableBytes(f"the bytes of {digest} cannot be read: {_why(error)}")


def _why(error: OSError) -> str:
    return error.strerror or str(error)
