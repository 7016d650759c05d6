"""What an EPUB says of itself: its container, its package document, what it encrypts."""

from dataclasses import dataclass, field
from functools import partial
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

from artifacts.contents import markup
from artifacts.contents.archive import pieces
from artifacts.contents.errors import Unfit

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
OPF = "application/oebps-package+xml"
FONTS_ALONE = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
MOST_BYTES = 5_000_000


@dataclass
class Package:
    """A package document as it is read: its items by id, and the ids that are read in order."""

    path: str
    names: set[str]
    places: dict[str, str] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)
    spine: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "item":
            self._take(attributes.get("id", ""), attributes)
        elif tag == "itemref":
            self.spine.append(attributes.get("idref", ""))

    def _take(self, name: str, attributes: dict[str, str]) -> None:
        href = attributes.get("href", "")
        if not name or not href or name in self.places:
            raise Unfit(f'lists the item "{name}" twice, or without an id or a href')
        place = href if urlsplit(href).scheme else self._place(href)
        self.places[name] = place
        self.media_types[place] = attributes.get("media-type", "")

    def _place(self, href: str) -> str:
        place = normpath(join(dirname(self.path), unquote(urlsplit(href).path)))
        if place not in self.names:
            raise Unfit(f"lists {href}, which it does not hold")
        return place

    def check_spine(self) -> None:
        if not self.spine:
            raise Unfit("has an empty spine: there is nothing to read in it")
        if strange := [name for name in self.spine if name not in self.places]:
            raise Unfit(f'has "{strange[0]}" in its spine, which is no item of it')


def package_of(book: ZipFile) -> Package:
    """The first package document that the container names, read. Raises Unfit."""
    names = set(book.namelist())
    _refuse_encrypted(book, names)
    if CONTAINER not in names:
        raise Unfit(f"holds no {CONTAINER}, so it is no EPUB")
    paths: list[str] = []
    _read(book, CONTAINER, partial(_rootfile, paths))
    if not paths or paths[0] not in names:
        raise Unfit(f"has a {CONTAINER} that names no package document in it")
    package = Package(paths[0], names)
    _read(book, package.path, package.start)
    package.check_spine()
    return package


def _read(book: ZipFile, name: str, start: markup.Start) -> None:
    markup.read(pieces(book, name, most_bytes=MOST_BYTES), name, start)


def _rootfile(paths: list[str], tag: str, attributes: dict[str, str]) -> None:
    if tag == "rootfile" and attributes.get("media-type", OPF) == OPF:
        paths.append(attributes.get("full-path", ""))


def _refuse_encrypted(book: ZipFile, names: set[str]) -> None:
    """Fonts may be obfuscated; nothing else may."""
    if ENCRYPTION in names:
        _read(book, ENCRYPTION, _method)


def _method(tag: str, attributes: dict[str, str]) -> None:
    if tag == "EncryptionMethod" and attributes.get("Algorithm") not in FONTS_ALONE:
        raise Unfit("is encrypted; hand it in as it was before")
