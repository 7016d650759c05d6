"""EPUB: a container in order, nothing missing, every page well-formed."""

from artifacts.contents import archive, markup
from artifacts.contents.content import Content
from artifacts.contents.errors import Unfit
from artifacts.contents.package import package_of

# An EPUB begins with an entry that is neither compressed nor has anything between name and text.
BEGINS, AT = b"PK\x03\x04", 30
MIMETYPE = b"mimetypeapplication/epub+zip"
XML = {"application/xhtml+xml", "application/x-dtbncx+xml", "image/svg+xml"}
MOST_PAGE_BYTES = 20_000_000


def check(content: Content) -> None:
    head = content.file.read(AT + len(MIMETYPE))
    if not (head.startswith(BEGINS) and head.endswith(MIMETYPE)):
        raise Unfit('does not begin with a stored entry "mimetype" of application/epub+zip')
    with archive.opened(content.file) as book:
        media_types = package_of(book).media_types
        for name in book.namelist():
            if media_types.get(name) in XML:
                pieces = archive.pieces(book, name, most_bytes=MOST_PAGE_BYTES)
                markup.read(pieces, name)
            else:
                archive.read_through(archive.pieces(book, name))
