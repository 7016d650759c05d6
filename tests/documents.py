"""Books from texts, and what can be read off the documents built from them."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pypdf import PdfReader

from artifacts.builders import Book, Built, Chapter, Picture, build
from books.chapter_text import slug_of, title_of
from books.manuscript import MEDIA_TYPES, OTHER, read

VOID = {"br", "col", "hr", "img", "input", "meta", "wbr"}
HEADINGS = {f"h{level}" for level in range(1, 7)}
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0h9v9z"/>%s</svg>'
)


def png(width: int = 4, height: int = 4) -> bytes:
    """A black picture."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + (width + 7) // 8) * height)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def book_of(texts: Mapping[str, str] | str, pictures: Mapping[str, bytes] | None = None) -> Book:
    """A book of these chapters by path; a single text is the chapter `01-one.md`."""
    texts = {"01-one.md": texts} if isinstance(texts, str) else texts
    held = {path: _picture(path, content) for path, content in (pictures or {}).items()}
    return Book("A Book", "1.0.0", tuple(_chapter(*one) for one in texts.items()), held)


@cache
def book_in(folder: Path) -> Book:
    """The book that a folder holds, as the application reads it."""
    manuscript = read(folder)
    chapters = tuple(_chapter(chapter.path, chapter.text) for chapter in manuscript.chapters)
    pictures = {
        asset.path: Picture(asset.path, asset.digest, asset.media_type, asset.file.read_bytes)
        for asset in manuscript.assets
    }
    return Book("A Real Book", "1.3.0", chapters, pictures)


@cache
def built_in(kind: str, folder: Path) -> Built:
    """One build of a folder's book for all tests of a module that ask for it."""
    return build(kind, book_in(folder))


def content_of(built: Built, path: str) -> bytes:
    return next(file.content for file in built.files if file.path == path)


def _chapter(path: str, text: str) -> Chapter:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Chapter(slug_of(path), path, title_of(text, path), text, digest)


def _picture(path: str, content: bytes) -> Picture:
    media_type = MEDIA_TYPES.guess_type(path)[0] or OTHER
    return Picture(path, hashlib.sha256(content).hexdigest(), media_type, lambda: content)


class Page(HTMLParser):
    """What one page holds: its tags with their attributes, identifiers, headings and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.misnested: list[str] = []
        self.headings: list[tuple[str, str, str]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.misnested += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag in HEADINGS:
            self.headings.append((tag, attributes.get("id", ""), ""))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.misnested.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if {"style", "title"}.isdisjoint(self._open):
            self.words += data
        if not HEADINGS.isdisjoint(self._open):
            tag, name, text = self.headings[-1]
            self.headings[-1] = (tag, name, text + data)

    @property
    def ids(self) -> list[str]:
        return [given["id"] for _, given in self.tags if "id" in given]

    def values(self, tag: str, attribute: str) -> list[str]:
        return [given[attribute] for name, given in self.tags if name == tag and attribute in given]


@cache
def pages(built: Built) -> dict[str, Page]:
    """`book.html` and the pages of `web.zip`, these by their path in it."""
    found = {"book.html": Page(content_of(built, "book.html").decode())}
    for path, content in unzipped(built).items():
        if path.endswith(".html"):
            found[path] = Page(content.decode())
    return found


def unzipped(built: Built) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content_of(built, "web.zip"))) as archive:
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def dead_links(built: Built) -> list[str]:
    """Links of all pages that lead to no page, file or identifier of the same edition."""
    found = pages(built)
    names = {path: set(page.ids) | set(page.values("a", "name")) for path, page in found.items()}
    files = unzipped(built).keys()
    dead = []
    for path, page in found.items():
        for link in page.values("a", "href"):
            if link.startswith(("http:", "https:", "mailto:")):
                continue
            file, _, anchor = link.partition("#")
            target = unquote(file) or path
            there = target == path or (path != "book.html" and target in files)
            if not there or (anchor and unquote(anchor) not in names.get(target, ())):
                dead.append(f"{path}: {link}")
    return dead


def pdf_of(book: Book) -> PdfReader:
    return reader_of(build("pdf_draft", book))


def reader_of(built: Built) -> PdfReader:
    return PdfReader(io.BytesIO(content_of(built, "draft.pdf")))


def bookmarks(reader: PdfReader) -> list[str]:
    def titles(outline: Any) -> Iterator[str]:
        for one in outline:
            if isinstance(one, list):
                yield from titles(one)
            else:
                yield " ".join(one.title.replace("\u200b", "").replace("’", "'").split())

    return list(titles(reader.outline))


def text_of(reader: PdfReader) -> str:
    """All words of a PDF, but for its first four pages: cover, imprint, contents."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages[4:]).split())
