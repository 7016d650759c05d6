"""Zip files, read without trust: few entries, of honest names, that do not swell without end."""

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO

from artifacts.contents.content import CHUNK_BYTES
from artifacts.contents.errors import Unfit

MOST_ENTRIES = 10_000
MOST_UNPACKED_BYTES = 1_000_000_000
MOST_AT_ONCE = 4_000_000  # bytes; the directory of 10,000 entries with long names has less
ENCRYPTED = 0x1  # a bit of an entry's flags
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# All that zipfile raises where a file is damaged.
BROKEN = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


class Sparing:
    """A file as zipfile reads it: it asks for the whole directory at once, however large."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(MOST_AT_ONCE + 1 if size < 0 else min(size, MOST_AT_ONCE + 1))
        if len(piece) > MOST_AT_ONCE:
            raise Unfit("is a zip with too large a directory")
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and offset < 0:
            raise ValueError("it refers to a place before its beginning")
        return self._file.seek(offset, whence)

    def seekable(self) -> bool:
        return True


@contextmanager
def opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """A zip whose entries may be read. Raises Unfit, also for what is found broken within."""
    try:
        with zipfile.ZipFile(Sparing(file)) as archive:
            _check_entries(archive.infolist())
            yield archive
    except BROKEN as error:
        raise Unfit(f"is damaged, or no zip file: {error}") from error


def pieces(
    archive: zipfile.ZipFile, name: str, *, most_bytes: int = MOST_UNPACKED_BYTES
) -> Iterator[bytes]:
    """What an entry holds. At the end its checksum is compared."""
    if archive.getinfo(name).file_size > most_bytes:
        raise Unfit(f"holds {name}, which is larger than {most_bytes} bytes")
    with archive.open(name) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def read_through(pieces: Iterable[bytes]) -> None:
    for _ in pieces:
        pass


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Unfit(f"is a zip of {len(entries)} entries; {MOST_ENTRIES} are allowed")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
        raise Unfit(f"is a zip that unpacks to more than {MOST_UNPACKED_BYTES} bytes")
    if len({entry.filename for entry in entries}) < len(entries):
        raise Unfit("is a zip with two entries of one name")
    for entry in entries:
        if why := _why_unfit(entry):
            raise Unfit(f"is a zip with the entry {entry.filename!r}, which {why}")


def _why_unfit(entry: zipfile.ZipInfo) -> str:
    if not _is_inside(entry.orig_filename):
        return "leads out of it or is no name"
    if entry.flag_bits & ENCRYPTED:
        return "is encrypted"
    if entry.compress_type not in METHODS:
        return "is compressed by another method than deflate"
    return "is a link" if stat.S_ISLNK(entry.external_attr >> 16) else ""


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    odd = "\\" in name or any(unicodedata.category(letter) == "Cc" for letter in name)
    drive = path.parts and path.parts[0].endswith(":")
    return bool(path.parts) and not (odd or drive or path.is_absolute() or ".." in path.parts)
