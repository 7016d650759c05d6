"""Walks a manuscript's folder without ever leaving it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from books.chapter_text import LONGEST_NAME
from books.errors import Invalid, TooLarge


class Found(NamedTuple):
    """A file: its path below the folder with `/`, where it lies, and its size."""

    path: str
    file: Path
    size_bytes: int


def root_of(source: Path) -> Path:
    """The real place of a manuscript's folder. Raises Invalid unless it is one."""
    try:
        root = source.resolve(strict=True)
        if not root.is_dir():
            raise Invalid(f"{source} is not a folder")
    except FileNotFoundError as error:
        raise Invalid(f"no folder {source}") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise Invalid(f"cannot read {source}: {reason(error)}") from error
    return root


def files_under(root: Path) -> Iterator[Found]:
    """Every file whose path has no name starting with a dot, in no particular order.

    Links are followed inside the folder. Raises Invalid for one that leaves it or leads
    back to where it is, for what is neither file nor folder, and for what cannot be read.
    """
    base = os.fspath(root)
    yield from _walk(base, "", (base,))


def content_of(found: Found) -> bytes:
    """The file's bytes. Raises Invalid when it cannot be read."""
    try:
        return found.file.read_bytes()
    except OSError as error:
        raise Invalid(f"cannot read {found.path}: {reason(error)}") from error


def refuse_larger(found: Found, limit_bytes: int) -> None:
    if found.size_bytes > limit_bytes:
        raise TooLarge(f"{found.path} has {found.size_bytes} bytes; the limit is {limit_bytes}")


def reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _walk(folder: str, prefix: str, trail: tuple[str, ...]) -> Iterator[Found]:
    try:
        with os.scandir(folder) as listing:
            entries = [entry for entry in listing if not entry.name.startswith(".")]
    except OSError as error:
        raise Invalid(f"cannot read {prefix or trail[0]}: {reason(error)}") from error
    for entry in entries:
        path = _checked(prefix + entry.name)
        try:
            real = _inside(entry, path, trail) if entry.is_symlink() else entry.path
            status = entry.stat()
        except OSError as error:
            raise Invalid(f"cannot read {path}: {reason(error)}") from error
        if stat.S_ISDIR(status.st_mode):
            yield from _walk(real, path + "/", (*trail, real))
        elif stat.S_ISREG(status.st_mode):
            yield Found(path, Path(real), status.st_size)
        else:
            raise Invalid(f"{path} is neither a file nor a folder")


def _inside(entry: "os.DirEntry[str]", path: str, trail: tuple[str, ...]) -> str:
    """Where a link leads, which must be inside the folder and not above the link itself."""
    real = os.path.realpath(entry.path, strict=True)
    if real in trail:
        raise Invalid(f"{path} is a link that leads back to a folder above it")
    if not real.startswith(trail[0] + os.sep):
        raise Invalid(f"{path} is a link that leaves the folder")
    return real


def _checked(path: str) -> str:
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise Invalid(f"{path!a}: the file name is not UTF-8") from error
    if len(path) > LONGEST_NAME:
        raise Invalid(f"{path[:60]}… is longer than {LONGEST_NAME} characters")
    return path
