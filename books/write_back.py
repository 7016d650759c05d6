"""Brings a book's folder up to its latest version, sparing what a person wrote since."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from books.errors import WouldLose
from books.export import files_of, place_of, unwritable_is_invalid, write
from books.folder import root_of
from books.models import Asset, Book, BookVersion, Chapter


@dataclass(frozen=True)
class WrittenBack:
    """The version written, the paths that changed, and those left alone as edited by hand."""

    version: BookVersion
    files: list[str]
    edited: list[str]


def write_back(book: Book, *, force: bool = False) -> WrittenBack:
    """Write each file in which the folder differs from latest; deletes nothing.

    A file whose content no version knows was edited by hand since: it is left alone where
    no run changed it, and raises WouldLose, before anything is written, where one did.
    `force` overwrites both. May be repeated.
    """
    latest = BookVersion.objects.latest_of(book)
    root = root_of(Path(book.source_path))
    with unwritable_is_invalid(root):
        differing = {
            path: file
            for path, file in files_of(latest).items()
            if digest_at(place_of(root, path)) != file.digest
        }
        edited = set() if force else edited_by_hand(book, root, differing)
        refuse_edited_twice(book, edited, differing)
        for path in differing.keys() - edited:
            replace(differing[path], place_of(root, path))
    return WrittenBack(latest, sorted(differing.keys() - edited), sorted(edited))


def edited_by_hand(book: Book, root: Path, differing: dict[str, Chapter | Asset]) -> set[str]:
    """Those of the paths whose content in the folder is that of no version of the book."""
    chapters = Chapter.objects.filter(version__book=book, path__in=differing)
    assets = Asset.objects.filter(version__book=book, path__in=differing)
    known = {*chapters.values_list("path", "source_id"), *assets.values_list("path", "digest")}
    here = {path: digest_at(place_of(root, path)) for path in differing}
    return {path for path, digest in here.items() if digest and (path, digest) not in known}


def refuse_edited_twice(book: Book, edited: set[str], latest: dict[str, Chapter | Asset]) -> None:
    """Raises WouldLose for files that both a person and a run have changed."""
    by_hand = BookVersion.objects.filter(book=book, made_by_run=None).order_by("rank").last()
    before = files_of(by_hand) if by_hand and edited else {}
    twice = [p for p in edited if p not in before or before[p].digest != latest[p].digest]
    if twice:
        raise WouldLose(
            f"edited both by hand and by a run: {', '.join(sorted(twice))}; merge them by hand "
            "(book_export --to DIR gives the run's text), or overwrite them with --force"
        )


def digest_at(place: Path) -> str | None:
    """None where there is no file."""
    try:
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


def replace(file: Chapter | Asset, place: Path) -> None:
    """The file appears whole or stays as it was."""
    real = place.resolve()
    beside = real.with_name(f".{secrets.token_hex(4)}.part")
    try:
        write(file, beside)
        if real.exists():
            beside.chmod(real.stat().st_mode & 0o7777)
        beside.replace(real)
    finally:
        beside.unlink(missing_ok=True)
