"""One chapter as text: its slug, title, words and digest."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import PurePosixPath
from typing import Self

from django.conf import settings

from books.errors import Invalid, TooLarge

LONGEST_NAME = 500
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*\s*\Z")
FENCE = re.compile(r" {0,3}(```|~~~)")
FRONT_TITLE = re.compile(r"""title:\s*(["']?)(.*?)\1\s*\Z""")
ATTRIBUTES = re.compile(r"\s*\{[^{}]*\}\Z")
MARKUP = re.compile(r"[*`]+|!?\[([^\]]*)\]\([^)]*\)")
SPACE_OR_INK = bytes(ord(" ") if bytes([code]).isspace() else ord("x") for code in range(256))


def slug_of(path: str) -> str:
    """`part-1/01-welcome.md` is `part-1--01-welcome`."""
    return path.removesuffix(".md").replace("/", "--")


def word_count(text: str) -> int:
    """How many runs of anything but ASCII white space; as `books.diff` counts words."""
    inked = text.encode().translate(SPACE_OR_INK)
    return inked.count(b" x") + inked.startswith(b"x")


def title_of(text: str, path: str) -> str:
    """The first heading, else the front matter's title, else the file's name in words."""
    bare = text.removeprefix("\ufeff")
    name = PurePosixPath(path).stem.replace("-", " ").replace("_", " ").strip()
    title = _first_heading(bare) or _front_title(bare) or name or path
    return title[:LONGEST_NAME]


def _first_heading(text: str) -> str:
    fence = ""
    for line in StringIO(text):
        if mark := FENCE.match(line):
            fence = "" if mark[1] == fence else fence or mark[1]
        elif not fence and (heading := HEADING.match(line)) and (title := _plain(heading[1])):
            return title
    return ""


def _plain(heading: str) -> str:
    return MARKUP.sub(r"\1", ATTRIBUTES.sub("", heading)).strip()


def _front_title(text: str) -> str:
    first, *rest = text.split("\n", 50)
    if first.rstrip() != "---":
        return ""
    for line in rest:
        if line.rstrip() == "---":
            break
        if match := FRONT_TITLE.match(line):
            return match[2]
    return ""


@dataclass(frozen=True)
class ChapterText:
    """A chapter's text; title and words are worked out when asked for."""

    path: str
    text: str
    digest: str

    @classmethod
    def from_bytes(cls, path: str, content: bytes) -> Self:
        """Raises Invalid for what is no UTF-8 or holds a NUL, TooLarge beyond the limit."""
        if len(content) > (limit := settings.BINDERY_MAX_CHAPTER_BYTES):
            raise TooLarge(f"{path} has {len(content)} bytes; the limit is {limit}")
        if (place := content.find(b"\0")) >= 0:
            raise Invalid(f"{path} has a NUL character: byte 0x00 at offset {place}")
        return cls(path, decoded(path, content), hashlib.sha256(content).hexdigest())

    @classmethod
    def from_text(cls, path: str, text: str) -> Self:
        """The same for a text at hand; half a surrogate pair is Invalid too."""
        try:
            content = text.encode()
        except UnicodeEncodeError as error:
            raise Invalid(f"{path} cannot be UTF-8: see offset {error.start}") from error
        return cls.from_bytes(path, content)

    @property
    def slug(self) -> str:
        return slug_of(self.path)

    @cached_property
    def title(self) -> str:
        return title_of(self.text, self.path)

    @cached_property
    def words(self) -> int:
        return word_count(self.text)


def decoded(path: str, content: bytes) -> str:
    """The text of these bytes, byte for byte. Raises Invalid, naming file and offset."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Invalid(
            f"{path} is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}"
        ) from error
