"""Builders: a book's chapters and pictures in, the bytes of documents out.

    built = build("pdf_draft", book)
    for file in built.files: ...

The same book always gives the same bytes. Nothing is remembered between two calls; what may be
kept of one build for the next is up to the `render` that a caller passes in (artifacts.building).
"""

from collections.abc import Callable

from artifacts.builders import html, pdf
from artifacts.builders.book import Book, Built, Chapter, File, Picture, Remark
from artifacts.builders.errors import BuildError
from artifacts.builders.pandoc import Render, render

__all__ = [
    "BUILDERS",
    "Book",
    "BuildError",
    "Built",
    "Chapter",
    "File",
    "Picture",
    "Remark",
    "Render",
    "build",
]

BUILDERS: dict[str, Callable[[Book, Render], Built]] = {
    "print_html": html.for_print,
    "web_html": html.for_web,
    "pdf_draft": pdf.draft,
}


def build(kind: str, book: Book, render: Render = render) -> Built:
    """The documents of one artifact type. Raises BuildError, naming chapter and line."""
    return BUILDERS[kind](book, render)
