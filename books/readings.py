"""A version of a book as the checks read it: its pages, and the house style that holds for it."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from books import checks, store
from books.checks.style import FILE, Style
from books.errors import Invalid
from books.manuscript import Manuscript
from books.models import BookVersion

KEPT_BOOKS = 2  # pages remember what was worked out of them; a worker reviews many of one version
LARGEST_STYLE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Content:
    """What a version holds: equal to that of any other with the same digest."""

    digest: str
    version: BookVersion = field(compare=False)


def book_of(version: BookVersion) -> checks.Book:
    """All its pages and the paths of its files. A few are kept, by digest."""
    return _book(Content(version.digest, version))


def style_of(version: BookVersion) -> Style:
    """The house style in the book's folder, else in its setting's, else the product's.

    The book's is the one this version holds. Raises Invalid, naming file, line and key.
    """
    if own := own_style(version):
        return own
    if (setting := version.book.setting) and setting.source_path:
        file = Path(setting.source_path) / FILE
        if file.is_file():
            _refuse_large(file.stat().st_size)
            return _style(_read(file), f"{FILE} of setting {setting.slug}")
    return checks.ours()


def own_style(version: BookVersion) -> Style | None:
    """The house style that the version itself holds. Raises Invalid, naming line and key."""
    if not (held := version.assets.filter(path=FILE).first()):
        return None
    _refuse_large(held.size_bytes)
    return _style(b"".join(store.chunks(held.digest)), FILE)


def refuse_broken_style(manuscript: Manuscript) -> None:
    """Raises Invalid for a house style that cannot be read, before anything is registered."""
    for asset in manuscript.assets:
        if asset.path == FILE:
            _refuse_large(asset.size_bytes)
            _style(_read(asset.file), FILE)


@lru_cache(maxsize=KEPT_BOOKS)
def _book(content: Content) -> checks.Book:
    pages = [
        checks.Page(chapter.slug, chapter.path, chapter.text)
        for chapter in content.version.chapters.with_text()
    ]
    return checks.Book.of(pages, content.version.assets.values_list("path", flat=True))


@lru_cache(maxsize=8)
def _style(content: bytes, where: str) -> Style:
    try:
        return checks.read(content.decode(), where)
    except UnicodeDecodeError as error:
        raise Invalid(f"{where} is not UTF-8: see byte {error.start}") from error


def _refuse_large(size_bytes: int) -> None:
    if size_bytes > LARGEST_STYLE_BYTES:
        raise Invalid(f"{FILE} has {size_bytes} bytes; that is no house style")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"cannot read {file}: {error.strerror}") from error
