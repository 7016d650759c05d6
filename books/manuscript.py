"""A manuscript: the chapters and assets that a folder holds, byte for byte."""

import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from django.conf import settings

from books.chapter_text import LONGEST_NAME, ChapterText, decoded, slug_of
from books.errors import Invalid
from books.folder import Found, content_of, files_under, reason, refuse_larger, root_of
from books.summary import in_natural_order, in_order_of_links

SUMMARY = "SUMMARY.md"
OTHER = "application/octet-stream"
NO_CHAPTERS = {"README.md", SUMMARY}
MEDIA_TYPES = mimetypes.MimeTypes()  # its own table, so that no machine's settings show
for ending, media_type in {
    ".md": "text/markdown",
    ".otf": "font/otf",
    ".toml": "application/toml",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}.items():
    MEDIA_TYPES.add_type(media_type, ending)


class Held(Protocol):
    """Anything with a place in the book and the digest of its bytes."""

    @property
    def path(self) -> str: ...
    @property
    def digest(self) -> str: ...


@dataclass(frozen=True)
class AssetFile:
    """A file that is no chapter; `file` is where its bytes lie now."""

    path: str
    digest: str
    size_bytes: int
    media_type: str
    file: Path


@dataclass(frozen=True)
class Manuscript:
    chapters: list[ChapterText]
    assets: list[AssetFile]

    @cached_property
    def digest(self) -> str:
        return content_digest(self.chapters, self.assets)


def content_digest(chapters: Iterable[Held], assets: Iterable[Held]) -> str:
    """SHA-256 over the path and digest of each chapter in order, then each asset by path."""
    whole = hashlib.sha256()
    for kind, held in (("chapter", chapters), ("asset", sorted(assets, key=lambda one: one.path))):
        for one in held:
            whole.update(f"{kind}\0{one.path}\0{one.digest}\0".encode())
    return whole.hexdigest()


def read(source: Path) -> Manuscript:
    """Everything in the folder, in order; several reads of the same bytes are equal.

    Raises Invalid or TooLarge, in one line that names the file.
    """
    found = {one.path: one for one in files_under(root_of(source))}
    chapters = _chapters(source, found)
    texts = [_chapter(found[path]) for path in _ordered(found, chapters)]
    assets = [_asset(found[path]) for path in sorted(found.keys() - chapters)]
    return Manuscript(texts, assets)


def refuse_chapterless(source: Path) -> None:
    """Raises Invalid as `read` does for a folder without chapters, or whose names are at odds; of
    its files nothing is read."""
    _chapters(source, {one.path for one in files_under(root_of(source))})


def _chapters(source: Path, paths: Iterable[str]) -> set[str]:
    chapters = {path for path in paths if is_chapter(path)}
    if not chapters:
        raise Invalid(f"{source} has no chapter: no .md file but README.md, SUMMARY.md and _names")
    refuse_bad_slugs(chapters)
    return chapters


def is_chapter(path: str) -> bool:
    """Whether a visible file is a chapter, by its path alone."""
    name = path.rpartition("/")[2]
    return path.endswith(".md") and name not in NO_CHAPTERS and "/_" not in f"/{path}"


def refuse_bad_slugs(paths: Iterable[str]) -> None:
    """Raises Invalid for two paths with one slug, and for a slug that is too long."""
    taken: dict[str, str] = {}
    for path in sorted(paths):
        slug = slug_of(path)
        if slug in taken:
            raise Invalid(f'{taken[slug]} and {path} would both be chapter "{slug}"')
        if len(slug) > LONGEST_NAME:
            raise Invalid(f"the slug of {path[:60]}… is longer than {LONGEST_NAME} characters")
        taken[slug] = path


def _ordered(found: dict[str, Found], chapters: set[str]) -> list[str]:
    if SUMMARY not in found:
        return in_natural_order(chapters)
    refuse_larger(found[SUMMARY], settings.BINDERY_MAX_CHAPTER_BYTES)
    summary = decoded(SUMMARY, content_of(found[SUMMARY]))
    return in_order_of_links(summary, chapters, found.keys() - chapters)


def _chapter(found: Found) -> ChapterText:
    refuse_larger(found, settings.BINDERY_MAX_CHAPTER_BYTES)
    return ChapterText.from_bytes(found.path, content_of(found))


def _asset(found: Found) -> AssetFile:
    refuse_larger(found, settings.BINDERY_MAX_UPLOAD_BYTES)
    try:
        with found.file.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size_bytes = file.tell()
    except OSError as error:
        raise Invalid(f"cannot read {found.path}: {reason(error)}") from error
    return AssetFile(found.path, digest, size_bytes, media_type_of(found.path), found.file)


def media_type_of(path: str) -> str:
    kind, packed_as = MEDIA_TYPES.guess_type(path)
    return OTHER if packed_as else kind or OTHER
