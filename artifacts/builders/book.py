"""What a builder is given, and what it answers."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Chapter:
    """`path` is its place in the book, such as `part-1/03-gear.md`; `slug` that without slashes."""

    slug: str
    path: str
    title: str
    text: str
    digest: str

    def line_of(self, words: str) -> int:
        """The first line that says this, from 1; the first where none does."""
        place = self.text.find(words)
        return self.text.count("\n", 0, place) + 1 if place >= 0 else 1


@dataclass(frozen=True)
class Picture:
    """A file beside the chapters; `read` gives its bytes."""

    path: str
    digest: str
    media_type: str
    read: Callable[[], bytes] = field(compare=False)


@dataclass(frozen=True)
class Book:
    """`pictures` by their path. `number` is the version's, `language` a BCP 47 tag."""

    title: str
    number: str
    chapters: tuple[Chapter, ...]
    pictures: Mapping[str, Picture]
    line: str = ""
    language: str = "en"

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all that a document may show of the book."""
        whole = hashlib.sha256()
        for part in self._parts():
            whole.update(f"{len(part)} {part}".encode())
        return whole.hexdigest()

    def _parts(self) -> Iterable[str]:
        yield from (self.title, self.number, self.line, self.language)
        for chapter in self.chapters:
            yield from (chapter.path, chapter.title, chapter.digest)
        for path, picture in sorted(self.pictures.items()):
            yield from (path, picture.digest, picture.media_type)


@dataclass(frozen=True)
class File:
    path: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Remark:
    """Something that could not be shown as written; the document was built all the same."""

    chapter: str
    line: int
    message: str


@dataclass(frozen=True)
class Built:
    files: tuple[File, ...]
    remarks: tuple[Remark, ...] = ()
