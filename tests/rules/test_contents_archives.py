"""Which zips and EPUBs are taken."""

import io
import struct
import zipfile
from collections.abc import Callable

import pypandoc
import pytest

from artifacts.contents import archive
from artifacts.contents.archive import MOST_ENTRIES
from artifacts.registry import Handed
from tests.contents import CONTAINER, EPUB_PARTS, MIMETYPE, PACKAGE, PAGE, epub, refusal, zipped

INDEX = {"index.html": PAGE}
END = b"PK\x05\x06"


def linked() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("index.html", PAGE)
        link = zipfile.ZipInfo("etc")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc")
    return content.getvalue()


def twice() -> bytes:
    return zipped({"a.html": PAGE, "b.html": PAGE}).replace(b"b.html", b"a.html")


def marked(content: bytes, at: int, flag: int) -> bytes:
    """Every entry with that value in its record in the directory."""
    out, place = bytearray(content), 0
    while (place := out.find(b"PK\x01\x02", place)) >= 0:
        struct.pack_into("<H", out, place + at, flag)
        place += 4
    return bytes(out)


def damaged() -> bytes:
    return zipped(INDEX, zipfile.ZIP_STORED).replace(b"Words.", b"Swords", 1)


def swollen() -> bytes:
    """A zip that says of its one entry that it unpacks to 2 GB."""
    out = bytearray(zipped(INDEX))
    struct.pack_into("<I", out, out.find(b"PK\x01\x02") + 24, 2_000_000_000)
    return bytes(out)


def wide() -> bytes:
    """A directory of 100,000 entries."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", *[0] * 10, 0, 1, *[0] * 6) + b"a"
    end = struct.pack("<4s4H2LH", END, 0, 0, 65535, 65535, len(entry) * 100_000, 0, 0)
    return entry * 100_000 + end


WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "no zip file"),
    "an end alone": (lambda: END + bytes(18), "without an .html page"),
    "cut short": (lambda: zipped(INDEX)[:-30], "no zip file"),
    "no page": (lambda: zipped({"a.txt": b"words"}), "without an .html page"),
    "climbing": (lambda: zipped({**INDEX, "../a": b""}), "'../a', which leads out of it"),
    "absolute": (lambda: zipped({**INDEX, "/etc/a": b""}), "leads out of it"),
    "backslashes": (lambda: zipped({**INDEX, "..\\a": b""}), "leads out of it"),
    "a drive": (lambda: zipped({**INDEX, "c:/a": b""}), "leads out of it"),
    "a NUL": (lambda: zipped({**INDEX, "a?b": b""}).replace(b"a?b", b"a\0b"), "leads out of it"),
    "a line break": (lambda: zipped({**INDEX, "a\nb": b""}), "leads out of it"),
    "a link": (linked, "'etc', which is a link"),
    "two of one name": (twice, "two entries of one name"),
    "encrypted": (lambda: marked(zipped(INDEX), 8, 1), "which is encrypted"),
    "bzip2": (lambda: zipped(INDEX, zipfile.ZIP_BZIP2), "another method than deflate"),
    "no method": (lambda: marked(zipped(INDEX), 10, 77), "another method than deflate"),
    "a wrong checksum": (damaged, "Bad CRC-32"),
    "swollen": (swollen, "unpacks to more than 1000000000 bytes"),
    "too many": (lambda: zipped({f"{n}.html": b"" for n in range(MOST_ENTRIES + 1)}), "10001"),
    "a wide directory": (wide, "too large a directory"),
}


@pytest.mark.parametrize(("made", "why"), WRONG.values(), ids=WRONG)
def test_a_zip_that_cannot_be_trusted_is_refused(made: Callable[[], bytes], why: str) -> None:
    assert why in refusal("web_html", "web.zip", made())


def test_a_zip_of_pages_is_taken() -> None:
    files = {"index.html": PAGE, "images/a.png": b"", "images/": b"", "ü.html": PAGE}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        Handed.of_bytes("web_html", "web.zip", zipped(files, method))


def test_a_zip_swells_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """90 MB of nothing take 0.1 MB of a zip, and 1 MB of memory at a time."""
    largest = 0
    whole = archive.pieces

    def watched(*args: object, **more: object) -> object:
        nonlocal largest
        for piece in whole(*args, **more):  # type: ignore[arg-type]
            largest = max(largest, len(piece))
            yield piece

    monkeypatch.setattr(archive, "pieces", watched)
    Handed.of_bytes("web_html", "web.zip", zipped({**INDEX, "zeros": bytes(90_000_000)}))
    assert 0 < largest <= archive.CHUNK_BYTES


def replaced(old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in PACKAGE
    return {"OEBPS/book.opf": PACKAGE.replace(old, new)}


ONE = "OEBPS/text/one two.xhtml"
ENTITY = b'<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><html>&b;</html>'
ELSEWHERE = b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html>&a;</html>'
ENCRYPTION = b"""<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>
<enc:EncryptionMethod Algorithm="%s"/></enc:EncryptedData></encryption>"""
AES = b"http://www.w3.org/2001/04/xmlenc#aes256-cbc"
FONTS = b"http://www.idpf.org/2008/embedding"
ITEM = b'<item id="one" href="text/one%20two.xhtml" media-type="application/xhtml+xml"/>'
PARTS: dict[str, tuple[dict[str, bytes | None], str]] = {
    "no container": ({"META-INF/container.xml": None}, "holds no META-INF/container.xml"),
    "an empty container": ({"META-INF/container.xml": b""}, "not well-formed XML"),
    "a container of nothing": ({"META-INF/container.xml": b"<container/>"}, "no package document"),
    "no package document": ({"OEBPS/book.opf": None}, "no package document"),
    "a torn package": ({"OEBPS/book.opf": PACKAGE[:-20]}, "OEBPS/book.opf, which is not well-"),
    "a missing page": ({ONE: None}, "lists text/one%20two.xhtml, which it does not hold"),
    "a torn page": ({ONE: PAGE[:-9]}, f"{ONE}, which is not well-formed XML"),
    "HTML that is no XML": ({ONE: b"<html><p>One<br></p></html>"}, "mismatched tag"),
    "a name that XML has not": ({ONE: b"<html>&nbsp;</html>"}, "undefined entity"),
    "a strange encoding": ({ONE: b'<?xml version="1.0" encoding="x"?><a/>'}, "not well-formed"),
    "an encoding that is none": (
        {ONE: b'<?xml version="1.0" encoding="rot13"?><a/>'}, "not well-formed",
    ),
    "a billion laughs": ({ONE: ENTITY}, "declares entities"),
    "a file from elsewhere": ({ONE: ELSEWHERE}, "declares entities"),
    "an empty spine": (replaced(b'<itemref idref="one"/>', b""), "empty spine"),
    "a strange spine": (replaced(b'idref="one"', b'idref="two"'), '"two" in its spine'),
    "an item twice": (replaced(ITEM, ITEM + ITEM), '"one" twice'),
    "an item without id": (replaced(b'id="nav" ', b""), "without an id"),
    "a climbing item": (replaced(b"nav.xhtml", b"../../nav.xhtml"), "which it does not hold"),
    "locked": ({"META-INF/encryption.xml": ENCRYPTION % AES}, "is encrypted"),
    "a climbing name": ({"../a": b""}, "leads out of it"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "why"), PARTS.values(), ids=PARTS)
def test_an_epub_out_of_order_is_refused(changed: dict[str, bytes | None], why: str) -> None:
    assert why in refusal("epub", "book.epub", epub(changed))


def test_an_epub_begins_with_its_media_type() -> None:
    parts = {MIMETYPE[0]: MIMETYPE[1], **EPUB_PARTS}
    last = zipped(EPUB_PARTS | {MIMETYPE[0]: MIMETYPE[1]}, zipfile.ZIP_STORED)
    for content in (b"", zipped(parts), last, b" " + epub(), zipped(INDEX)):
        assert 'does not begin with a stored entry "mimetype"' in refusal(
            "epub", "book.epub", content
        )


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"META-INF/encryption.xml": ENCRYPTION % FONTS},
        {"OEBPS/unlisted.bin": b"\xff"},
        {"META-INF/container.xml": CONTAINER.replace(b"\n", b"\r\n")},
        replaced(b"</manifest>", b'<item id="v" href="https://a.org/v.mp4" media-type="v"/>'
                 b"</manifest>"),
        {ONE: b'<?xml version="1.0" encoding="latin-1"?><html>\xfc</html>'},
        {ONE: b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://w3.org/a.dtd">'
              b"<html>&nbsp;</html>"},
    ],
)  # fmt: skip
def test_an_epub_in_order_is_taken(changed: dict[str, bytes | None]) -> None:
    assert Handed.of_bytes("epub", "book.epub", epub(changed)).media_type == "application/epub+zip"


@pytest.mark.parametrize("kind", ["epub2", "epub3"])
def test_what_pandoc_makes_is_taken(kind: str, tmp_path: object) -> None:
    place = f"{tmp_path}/book.epub"
    text = "# One\n\nWords & more — <b>much</b>.\n\n# Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    pypandoc.convert_text(text, kind, format="markdown", outputfile=place,
                          extra_args=["--metadata", "title=A Book"])  # fmt: skip
    with open(place, "rb") as file:  # noqa: PTH123
        Handed.of_stream("epub", "book.epub", file)
