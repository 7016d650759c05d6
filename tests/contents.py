"""The smallest valid content of each artifact type, made by code."""

import io
import zipfile
from collections.abc import Mapping
from functools import cache

import pytest

from artifacts.contents.media import (
    CSV,
    EPUB,
    HTML,
    JPEG,
    JSON,
    MARKDOWN,
    PDF,
    PLAIN,
    PNG,
    SUFFIXES,
    SVG,
    TAKES,
    ZIP,
)
from artifacts.errors import InvalidArtifact
from artifacts.registry import Handed
from tests.documents import SVG as DRAWING
from tests.documents import png

MIMETYPE = ("mimetype", b"application/epub+zip")
CONTAINER = b"""<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
PACKAGE = b"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">x</dc:identifier>
<dc:title>A Book</dc:title><dc:language>en</dc:language></metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="one" href="text/one%20two.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="one"/></spine></package>"""
PAGE = b"""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head>
<body><p>Words.</p></body></html>"""
EPUB_PARTS = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/nav.xhtml": PAGE,
    "OEBPS/text/one two.xhtml": PAGE,
}


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return content.getvalue()


def epub(changed: Mapping[str, bytes | None] | None = None) -> bytes:
    """A book of one page; parts may be replaced, and those that are None left out."""
    parts: dict[str, bytes | None] = {**EPUB_PARTS, **(changed or {})}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(*MIMETYPE)
        for name, held in parts.items():
            if held is not None:
                archive.writestr(name, held, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def pdf(pages: int = 1, trailer: bytes = b"", *, more: tuple[bytes, ...] = ()) -> bytes:
    """Empty pages; `more` objects come after them."""
    kids = b" ".join(b"%d 0 R" % (3 + n) for n in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        *(page for _ in range(pages)),
        *more,
    )
    return assembled(objects, trailer)


def assembled(objects: tuple[bytes, ...], trailer: bytes = b"") -> bytes:
    """A PDF of those objects, numbered from 1; the first is its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, held in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, rows)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return out + table + end % (size, trailer, len(out))


def refusal(artifact_type: str, path: str, content: bytes) -> str:
    """The one line by which it is refused; it names the path."""
    with pytest.raises(InvalidArtifact) as caught:
        Handed.of_bytes(artifact_type, path, content)
    assert "\n" not in str(caught.value)
    assert path in str(caught.value)
    return str(caught.value)


@cache
def valid(media_type: str) -> bytes:
    return VALID[media_type]()


VALID = {
    MARKDOWN: lambda: b"# A heading\n\nWords.\n",
    PLAIN: lambda: b"Words.\n",
    CSV: lambda: b"what,how often\ndice,3\n",
    JSON: lambda: b'{"done": true}',
    HTML: lambda: b"<!DOCTYPE html><title>A Book</title>",
    ZIP: lambda: zipped({"index.html": b"<!DOCTYPE html><title>A Book</title>"}),
    PDF: pdf,
    EPUB: epub,
    PNG: png,
    JPEG: lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0\xff\xd9",
    SVG: lambda: DRAWING % b"",
}


def content_of(artifact_type: str) -> tuple[str, bytes]:
    """A path and valid bytes for an artifact of that type, JSON where it may be."""
    takes = TAKES[artifact_type]
    media_type = JSON if JSON in takes else takes[0]
    return f"{artifact_type}{suffix_of(media_type)}", valid(media_type)


def suffix_of(media_type: str) -> str:
    return next(suffix for suffix, one in SUFFIXES.items() if one == media_type)
