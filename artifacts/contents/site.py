"""A zip of pages."""

from artifacts.contents import archive
from artifacts.contents.content import Content
from artifacts.contents.errors import Unfit

PAGES = (".html", ".htm")


def check(content: Content) -> None:
    with archive.opened(content.file) as site:
        names = site.namelist()
        if not any(name.lower().endswith(PAGES) for name in names):
            raise Unfit("is a zip without an .html page, such as index.html")
        for name in names:
            archive.read_through(archive.pieces(site, name))
