"""Writes a version into a new folder: original paths, original bytes."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from books import store
from books.errors import Conflict, Invalid
from books.folder import reason
from books.models import Asset, BookVersion, Chapter


def export(version: BookVersion, to: Path) -> list[str]:
    """Write the whole version into the new or empty folder `to`; the paths, sorted.

    The folder appears complete or not at all. Raises Conflict when it holds anything.
    """
    with unwritable_is_invalid(to):
        to = to.resolve()
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise Conflict(f"{to} is not an empty folder")
        to.parent.mkdir(parents=True, exist_ok=True)
        beside = to.with_name(f".{to.name}.{secrets.token_hex(4)}")
        held = files_of(version)
        try:
            beside.mkdir()
            for path, file in held.items():
                write(file, place_of(beside, path))
            beside.replace(to)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return sorted(held)


def files_of(version: BookVersion) -> dict[str, Chapter | Asset]:
    """All the version holds, by path; chapters with their texts."""
    return {file.path: file for file in (*version.chapters.with_text(), *version.assets.all())}


def place_of(folder: Path, path: str) -> Path:
    """Where `path` lies in `folder`. Raises Invalid for a path that would leave it."""
    names = PurePosixPath(path)
    place = folder / names
    inside = not names.is_absolute() and ".." not in names.parts and names.parts
    if not inside or not place.resolve().is_relative_to(folder.resolve()):
        raise Invalid(f'"{path}" leads out of the folder')
    return place


def write(file: Chapter | Asset, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(file, Chapter):
        place.write_bytes(file.text.encode())
        return
    with place.open("wb") as out:
        for chunk in store.chunks(file.digest):
            out.write(chunk)


@contextmanager
def unwritable_is_invalid(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Invalid(f"cannot write {error.filename or folder}: {reason(error)}") from error
