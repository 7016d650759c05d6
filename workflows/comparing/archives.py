"""Zip files, EPUB among them: which members differ, and how those that are text."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile, ZipInfo

from artifacts.contents.archive import BROKEN
from books.diff import word_diff
from workflows.comparing.reading import MOST_TEXT_BYTES, Unreadable

TEXTS = {".css", ".htm", ".html", ".json", ".md", ".ncx", ".opf", ".svg", ".txt", ".xhtml", ".xml"}
MOST_MEMBER_BYTES = 1_000_000  # a larger member counts as bytes


class Archive:
    """A zip file, its members by path. Of two with one path the last counts, as in most readers."""

    def __init__(self, content: bytes) -> None:
        self.file = ZipFile(BytesIO(content))
        self.members = {one.filename: one for one in self.file.infolist() if not one.is_dir()}

    def text(self, path: str) -> str | None:
        """None where it is no text that can be read. Never reads more than it may."""
        if PurePosixPath(path).suffix.lower() not in TEXTS:
            return None
        try:
            with self.file.open(self.members[path]) as member:
                content = member.read(MOST_MEMBER_BYTES + 1)
            return content.decode() if len(content) <= MOST_MEMBER_BYTES else None
        except BROKEN:
            return None


def read(content: bytes) -> Archive:
    try:
        return Archive(content)
    except BROKEN as error:
        raise Unreadable(f"does not open as a zip file: {error}") from error


def compare(old: Archive, new: Archive) -> dict[str, Any]:
    """`members`: `added`, `removed` and `changed`. Members are the same by size and CRC-32."""
    before, after = old.members, new.members
    changed = [
        path for path in after if path in before and _seen(before[path]) != _seen(after[path])
    ]
    return {
        "members": {
            "added": [path for path in after if path not in before],
            "removed": [path for path in before if path not in after],
            "changed": list(_changes(old, new, changed)),
        }
    }


def _changes(old: Archive, new: Archive, paths: list[str]) -> Iterator[dict[str, Any]]:
    left = MOST_TEXT_BYTES
    for path in paths:
        sizes = old.members[path].file_size, new.members[path].file_size
        small = max(sizes) <= MOST_MEMBER_BYTES and sum(sizes) <= left
        was, now = (old.text(path), new.text(path)) if small else (None, None)
        words = {"words_added": None, "words_removed": None, "diff": None}
        if was is not None and now is not None:
            left -= sum(sizes)
            words = word_diff(was, now).as_json()
        yield {"path": path, "size_bytes_from": sizes[0], "size_bytes_to": sizes[1], **words}


def _seen(member: ZipInfo) -> tuple[int, int]:
    return member.file_size, member.CRC
