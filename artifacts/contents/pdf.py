"""PDF: PDFium opens it, without a password, and finds every page."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from artifacts.contents.content import Content
from artifacts.contents.errors import Unfit

OPEN = Path(__file__).with_name("pdf_open.py")
LONGEST_SECONDS = 60
MARGIN_BYTES = 1024  # how far from its ends a reader looks for them
REFUSED = 3


def check(content: Content) -> None:
    _check_ends(content.file)
    with on_disk(content.file) as file:
        asked(file)


def _check_ends(file: BinaryIO) -> None:
    if b"%PDF-" not in file.read(MARGIN_BYTES):
        raise Unfit("is no PDF")
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - MARGIN_BYTES))
    if b"%%EOF" not in file.read(MARGIN_BYTES):
        raise Unfit("is a PDF that was cut short: its end is missing")


def asked(file: BinaryIO, *arguments: int, seconds: float | None = None) -> bytes:
    """What `pdf_open.py` answers; without arguments it only opens. Raises Unfit.

    PDFium is native code that reads what strangers send: it runs in a process of its own, which
    reads this very file, and of it what it needs.
    """
    seconds = LONGEST_SECONDS if seconds is None else seconds
    command = [sys.executable, "-P", str(OPEN), *map(str, arguments)]
    try:
        done = subprocess.run(  # noqa: S603
            command, stdin=file, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unfit(f"is a PDF that does not open within {seconds} seconds") from error
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == REFUSED:
        raise Unfit(said)
    if done.returncode:
        why = (said.splitlines() or [f"code {done.returncode}"])[-1]
        raise Unfit(f"is a PDF on which PDFium breaks off: {why}")
    return done.stdout


@contextmanager
def on_disk(file: BinaryIO) -> Iterator[BinaryIO]:
    """The same file, or a copy where it is in memory alone."""
    try:
        file.fileno()
    except (AttributeError, OSError):
        with tempfile.TemporaryFile() as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.flush()
            yield copy
    else:
        yield file
