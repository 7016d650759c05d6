"""Zip files that are the same whenever and wherever they are made."""

import io
import zipfile
from collections.abc import Mapping

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file can say
READABLE = 0o100644 << 16


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files by path, in the order of their paths.

    Nothing is compressed: what a compressor makes differs from one library to the next.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            archive.writestr(entry_of(path), files[path])
    return content.getvalue()


def entry_of(path: str) -> zipfile.ZipInfo:
    """A file as a zip tells of it: of no day and no machine, not compressed."""
    entry = zipfile.ZipInfo(path, FIRST_DAY)
    entry.external_attr, entry.create_system = READABLE, 3
    return entry
