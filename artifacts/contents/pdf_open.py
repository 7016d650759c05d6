"""Opens one PDF, in a process of its own: `python -P pdf_open.py < FILE`.

Exit code 0 where every page is there, 3 with the reason on standard error where it is to be
refused. The file's position, which is its giver's too, is never moved.
"""

import io
import os
import resource
import sys
from typing import Any

import pypdfium2
from pypdfium2 import raw

MOST_MEMORY = 2 * 2**30  # bytes of addresses; a small PDF takes 0.1 GB
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


def why_unfit() -> str:
    """Empty where it is fit; else why, in words that follow the file's name."""
    try:
        with pypdfium2.PdfDocument(io.BufferedReader(Source(), 64 * 1024)) as pdf:
            if raw.FPDF_GetSecurityHandlerRevision(pdf) != -1:
                return PASSWORD
            return _missing(pdf) if len(pdf) else "is a PDF without pages"
    except pypdfium2.PdfiumError as error:
        return WHY.get(error.err_code, "is a PDF that cannot be opened: has it any page?")


def _missing(pdf: pypdfium2.PdfDocument) -> str:
    for number in range(len(pdf)):
        try:
            pdf.get_page_size(number)
        except pypdfium2.PdfiumError:
            return f"is a PDF without its page {number + 1} of {len(pdf)}"
    return ""


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    if why := why_unfit():
        sys.stderr.write(why)
        sys.exit(REFUSED)
