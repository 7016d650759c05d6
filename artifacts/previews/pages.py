"""The pages of a PDF as pictures, each kept by the digest of the PDF once it was drawn.

What is kept may be lost at any time; it is then drawn again.
"""

import struct
from importlib.metadata import version
from threading import BoundedSemaphore
from typing import BinaryIO, NamedTuple, cast

from django.core.cache import caches

from artifacts import store
from artifacts.contents import pdf
from artifacts.contents.errors import Unfit
from artifacts.errors import BusyShowing, CannotShow

KEPT = "previews"  # the name of Django's cache
PIXELS = 1400  # the longer side of a page
LONGEST_SECONDS = 20
AT_ONCE = BoundedSemaphore(2)
RECIPE = f"pages 1 {version('pypdfium2')} {PIXELS}"


class Sheet(NamedTuple):
    """A page of a PDF that has so many, as a PNG."""

    pages: int
    png: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = struct.unpack_from(">II", self.png, 16)
        return width, height


def sheet(digest: str, number: int) -> Sheet:
    """Page `number`, from 1. Raises CannotShow, or BusyShowing; MissingBytes."""
    key = f"{RECIPE} {digest} {number}".replace(" ", "-")
    kept = caches[KEPT].get(key)
    if not isinstance(kept, bytes):
        kept = _drawn(digest, number)
        caches[KEPT].set(key, kept)
    pages, _, png = kept.partition(b"\n")
    return Sheet(int(pages), png)


def _drawn(digest: str, number: int) -> bytes:
    if not AT_ONCE.acquire(timeout=LONGEST_SECONDS):
        raise BusyShowing("others are looking at many pages just now; try again")
    try:
        with store.opened(digest) as file, pdf.on_disk(cast(BinaryIO, file)) as found:
            return pdf.asked(found, number, PIXELS, seconds=LONGEST_SECONDS)
    except Unfit as why:
        raise CannotShow(f"it {why}") from why
    finally:
        AT_ONCE.release()
