"""Where bytes lie: a Django storage whose files appear whole or not at all."""

import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

CHUNK_BYTES = 1024 * 1024
INCOMING = ".incoming."  # how the names of files begin that are still being written


def name_of(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


class ContentStorage(FileSystemStorage):
    """Keeps bytes under names that end in their SHA-256, each once.

    A file is written at the top of the folder and moved to its place after fsync: a process
    killed while writing leaves a file that is named as incoming, and no half-written name.
    What is there already is touched before anybody relies on it, under a lock that `discard`
    takes alone before it looks at the time and deletes: whoever was told that bytes are there
    keeps them. Raises OSError.
    """

    def take_in(self, chunks: Iterable[bytes], *, promised: str = "") -> tuple[str, int]:
        """Keep these bytes, which are read once; their digest, which must be the one that is
        promised, if any, and their size."""
        digest, size = hashlib.sha256(), 0
        with self._incoming() as beside, beside.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
                size += len(chunk)
            found = digest.hexdigest()
            if promised and found != promised:
                raise OSError(errno.ESTALE, "it changed while it was read; try again")
            file.flush()
            place = Path(self.path(name_of(found)))
            if not self.holds(name_of(found), size):
                os.fsync(file.fileno())
                self._move(beside, place)
        _sync(place.parent, Path(self.location))
        return found, size

    def try_out(self) -> None:
        """Write a byte and take it away. Raises OSError."""
        with self._incoming() as beside:
            beside.write_bytes(b"x")

    def holds(self, name: str, size_bytes: int) -> bool:
        """Whether so many bytes lie there. If so they are young from now on."""
        with suppress(FileNotFoundError), _locked(Path(self.path(name)), fcntl.LOCK_SH) as file:
            if os.fstat(file).st_size == size_bytes:
                os.utime(file)
                return True
        return False

    def discard(self, name: str, *, unused_since: datetime) -> bool:
        """Delete what nobody has kept since then; False where somebody has, or it is gone."""
        place = Path(self.path(name))
        with suppress(FileNotFoundError), _locked(place, fcntl.LOCK_EX) as file:
            if os.fstat(file).st_mtime < unused_since.timestamp():
                place.unlink()
                return True
        return False

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        self.take_in(content.chunks(CHUNK_BYTES), promised=Path(name).name)
        return name

    def _move(self, beside: Path, place: Path) -> None:
        """Put it there, also in the place of other bytes, which are damaged ones."""
        place.parent.mkdir(exist_ok=True)
        try:
            with _locked(place, fcntl.LOCK_SH):
                beside.replace(place)
        except FileNotFoundError:
            beside.replace(place)

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        """A new file at the top of the folder, removed unless it was moved."""
        Path(self.location).mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=INCOMING, dir=self.location)
        os.close(handle)
        try:
            yield Path(beside)
        finally:
            Path(beside).unlink(missing_ok=True)


@contextmanager
def _locked(place: Path, how: int) -> Iterator[int]:
    """The file of that name, open and locked against other processes; the lock of one that dies
    is gone. Raises FileNotFoundError, also when it was deleted or replaced meanwhile."""
    with place.open("r+b") as file:  # over NFS only what is open for writing can be locked alone
        fcntl.flock(file, how)
        if not os.path.samestat(os.fstat(file.fileno()), place.stat()):
            raise FileNotFoundError(errno.ENOENT, "replaced meanwhile", str(place))
        yield file.fileno()


def _sync(*folders: Path) -> None:
    """Have the disk know which names lie in these folders, before a row says so."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
