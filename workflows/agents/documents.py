"""What the built-in agents hand in: JSON records, and documents built from a version."""

import json
from functools import partial
from typing import Any

from artifacts import building, store
from artifacts.builders import Book, BuildError, Chapter, Picture, Remark
from artifacts.registry import Handed
from books import store as assets
from books.models import BookVersion
from workflows.agents.agent import CannotDo


def json_of(artifact_type: str, path: str, told: dict[str, Any]) -> Handed:
    """A JSON document, laid out for people too."""
    content = json.dumps(told, indent=2, ensure_ascii=False).encode()
    return Handed.of_bytes(artifact_type, path, content)


def built(artifact_type: str, book: Book) -> tuple[list[Handed], tuple[Remark, ...]]:
    """The documents of one type, and what they could not show. Raises CannotDo.

    The limits of uploads are for what others hand in.
    """
    try:
        made = building.build(artifact_type, book)
    except BuildError as error:
        raise CannotDo(str(error)) from error
    handed = [Handed(artifact_type, file.path, store.keep(file.content)) for file in made.files]
    return handed, made.remarks


def book_of(version: BookVersion) -> Book:
    """A version as the builders take it; files are read only when they are shown."""
    setting = version.book.setting
    return Book(
        title=version.book.title,
        number=version.number,
        chapters=tuple(
            Chapter(one.slug, one.path, one.title, one.text, one.digest)
            for one in version.chapters.with_text()
        ),
        pictures=pictures_of(version),
        line=setting.name if setting else "",
    )


def pictures_of(version: BookVersion, *, most_bytes: int | None = None) -> dict[str, Picture]:
    """The files of a version by their path, those that are not larger."""
    return {
        one.path: Picture(one.path, one.digest, one.media_type, partial(_bytes, one.digest))
        for one in version.assets.all()
        if most_bytes is None or one.size_bytes <= most_bytes
    }


def _bytes(digest: str) -> bytes:
    return b"".join(assets.chunks(digest))
