"""Opens one PDF, in a process of its own: `python -P pdf_open.py < FILE`, or with a page's number
and how many pixels its longer side may have, to draw it: how many pages there are in a line, then
a PNG.

Exit code 0 where every page is there, 3 with the reason on standard error where it is to be
refused. The file's position, which is its giver's too, is never moved.
"""

import io
import os
import resource
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
from pypdfium2 import raw

MOST_MEMORY = 2 * 2**30  # bytes of addresses; a small PDF takes 0.1 GB
LARGEST = 4.0  # pixels a point, for pages that are small
REFUSED = 3
PASSWORD = "is encrypted with a password; hand it in without"  # noqa: S105
WHY = {
    raw.FPDF_ERR_FORMAT: "is a PDF that cannot be opened: it is damaged",
    raw.FPDF_ERR_PASSWORD: PASSWORD,
    raw.FPDF_ERR_SECURITY: PASSWORD,
}


class Source(io.RawIOBase):
    """Standard input, read at a position of its own."""

    def __init__(self) -> None:
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        from_where = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(0).st_size}
        self._at = from_where[whence] + offset
        return self._at

    def readinto(self, place: Any) -> int:
        piece = os.pread(0, len(place), self._at)
        place[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


class Refused(Exception):
    """Carries why, in words that follow the file's name."""


@contextmanager
def opened() -> Iterator[Any]:
    try:
        with pypdfium2.PdfDocument(io.BufferedReader(Source(), 64 * 1024)) as pdf:
            if raw.FPDF_GetSecurityHandlerRevision(pdf) != -1:
                raise Refused(PASSWORD)
            yield pdf
    except pypdfium2.PdfiumError as error:
        why = WHY.get(error.err_code, "is a PDF that cannot be opened: has it any page?")
        raise Refused(why) from error


def check() -> None:
    with opened() as pdf:
        if not len(pdf):
            raise Refused("is a PDF without pages")
        for number in range(len(pdf)):
            try:
                pdf.get_page_size(number)
            except pypdfium2.PdfiumError as error:
                raise Refused(f"is a PDF without its page {number + 1} of {len(pdf)}") from error


def draw(number: int, pixels: int) -> bytes:
    with opened() as pdf:
        if not 1 <= number <= len(pdf):
            raise Refused(f"has {len(pdf)} pages, and no page {number}")
        page = pdf[number - 1]
        scale = min(pixels / max(*page.get_size(), 1.0), LARGEST)
        picture = png(page.render(scale=scale, rev_byteorder=True))
        return b"%d\n" % len(pdf) + picture


def png(bitmap: Any) -> bytes:
    """What PDFium drew: three bytes a pixel, red first."""
    pixels, wide = bytes(bitmap.buffer), bitmap.width * bitmap.n_channels
    starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
    lines = b"".join(b"\0" + pixels[start : start + wide] for start in starts)
    head = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", _crc(name, content))


def _crc(name: bytes, content: bytes) -> int:
    return zlib.crc32(content, zlib.crc32(name))


def main(arguments: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        if arguments:
            sys.stdout.buffer.write(draw(*map(int, arguments)))
        else:
            check()
    except Refused as why:
        sys.stderr.write(str(why))
        sys.exit(REFUSED)


if __name__ == "__main__":
    main(sys.argv[1:])
