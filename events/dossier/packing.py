"""Writes a dossier: one zip, the same bytes wherever and whenever, or no file at all."""

import errno
import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from artifacts.builders.archive import entry_of
from books.errors import Conflict, Invalid
from books.export import unwritable_is_invalid
from events.dossier.members import Member

NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)


class Packed(NamedTuple):
    """The file that was written: its lower-case hex SHA-256 and its size."""

    digest: str
    size_bytes: int


def pack(to: Path, folder: str, members: Iterable[Member]) -> Packed:
    """Write the members below `folder` into a new file, in constant memory.

    It is written beside its place and moved there whole. Raises Conflict where `to` exists
    already, Invalid where it cannot be written, CannotArchive for a member that is damaged.
    """
    beside = to.with_name(f".{to.name[:100]}.{secrets.token_hex(4)}")
    try:
        with unwritable_is_invalid(to):
            _write(beside, folder, members)
            packed = _measured(beside)
            _move(beside, to)
    finally:
        beside.unlink(missing_ok=True)
    return packed


def refuse_taken(to: Path) -> None:
    """Ask before there is anything to write."""
    with unwritable_is_invalid(to):
        if not to.parent.is_dir():
            raise Invalid(f"no folder {to.parent} to write {to.name} into")
        taken = os.path.lexists(to)
    if taken:
        raise Conflict(f"{to} exists already; name a file that does not")


def _write(file: Path, folder: str, members: Iterable[Member]) -> None:
    with file.open("xb") as out:
        with zipfile.ZipFile(out, "w") as archive:
            for member in members:
                entry = entry_of(f"{folder}/{member.name}")
                entry.file_size = member.size_bytes  # known before: decides whether it is zip64
                with archive.open(entry, "w") as inside:
                    for chunk in member.chunks():
                        inside.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _measured(file: Path) -> Packed:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return Packed(digest, stream.tell())


def _move(beside: Path, to: Path) -> None:
    """A link refuses what exists already, a rename would overwrite it; not every disk has links."""
    try:
        to.hardlink_to(beside)
    except FileExistsError as error:
        raise Conflict(f"{to} exists already; name a file that does not") from error
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        refuse_taken(to)
        beside.rename(to)
