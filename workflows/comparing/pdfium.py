"""PDFs as PDFium reads them: the text of each page, the outline, and how pages look."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from threading import Lock
from typing import Any, NamedTuple

from pypdfium2 import PdfDocument, PdfiumError

from workflows.comparing.reading import Incomparable, Unreadable, refuse_more

BROKEN = "\ufffe"  # what it writes for a hyphen at the end of a line
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
ONE_AT_A_TIME = Lock()  # PDFium is not safe to use from two threads
MOST_PAGES = 5_000
LOOK_PIXELS = 320  # the longer side of a page when it is looked at
EDGE_SHARE = 0.1  # of the height, at the top and the foot: where a page's number stands
FEWEST_PIXELS = 20  # a page must be higher for its edges to be left out


class Bookmark(NamedTuple):
    """`level` is 1 for a chapter; `page` counts from 1 and is None where it leads nowhere."""

    title: str
    level: int
    page: int | None


class Document(NamedTuple):
    """`sizes` are width and height in points, `info` the title, author and the like."""

    content: bytes
    texts: list[str]
    sizes: list[tuple[float, float]]
    outline: list[Bookmark]
    info: dict[str, str]


class Look(NamedTuple):
    page: int
    without_edges: bool


@contextmanager
def opened(content: bytes) -> Iterator[Any]:
    """Raises Unreadable for what PDFium cannot open, or not go on with."""
    with ONE_AT_A_TIME:
        try:
            with PdfDocument(content) as document:
                yield document
        except (PdfiumError, UnicodeError) as error:
            raise Unreadable(f"does not open as a PDF: {error}") from error


def read(content: bytes) -> Document:
    with opened(content) as document:
        if len(document) > MOST_PAGES:
            raise Incomparable(f"more than {MOST_PAGES} pages are not compared")
        pages = [_page(document, number) for number in range(len(document))]
        refuse_more(sum(len(text) for text, _ in pages))
        return Document(
            content,
            [text for text, _ in pages],
            [size for _, size in pages],
            [_bookmark(mark) for mark in document.get_toc()],
            document.get_metadata_dict(skip_empty=True),
        )


def looks(content: bytes, pages: Iterable[Look]) -> list[bytes]:
    """What tells apart how pages look: digests of their pixels, small."""
    with opened(content) as document:
        return [_look(document[look.page - 1], look) for look in pages]


def _look(page: Any, look: Look) -> bytes:
    width, height = page.get_size()
    scale = LOOK_PIXELS / max(width, height, 1)
    tall = height * scale > FEWEST_PIXELS
    edge = height * EDGE_SHARE if look.without_edges and tall else 0
    bitmap = page.render(scale=scale, crop=(0, edge, 0, edge))
    pixels = blake2b(bitmap.buffer).digest()
    bitmap.close()
    page.close()
    return pixels


def _page(document: Any, number: int) -> tuple[str, tuple[float, float]]:
    page = document[number]
    words = page.get_textpage()
    text, size = words.get_text_range(), page.get_size()
    words.close()
    page.close()
    return text, (round(size[0], 1), round(size[1], 1))


def _bookmark(mark: Any) -> Bookmark:
    target = mark.get_dest()
    index = target.get_index() if target else None
    return Bookmark(even(mark.get_title()), mark.level + 1, None if index is None else index + 1)


def seen(text: str) -> str:
    """The text without what nobody sees."""
    return UNSEEN.sub("", text)


def even(text: str) -> str:
    """The same with its white space made even."""
    return " ".join(seen(text).split())
