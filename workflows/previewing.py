"""Artifacts as documents to look at: Markdown as the builders set it, HTML as it was made."""

import hashlib
import re

from artifacts import building, store
from artifacts.builders import Book, BuildError, Chapter, Render, pandoc
from artifacts.builders.fragment import Fragment, cleaned
from artifacts.builders.html import Whole
from artifacts.contents import media
from artifacts.errors import CannotShow
from artifacts.models import Artifact
from artifacts.previews.harmless import harmless
from books.chapter_text import title_of
from books.models import BookVersion
from workflows.agents.documents import pictures_of

MOST_PICTURE_BYTES = 2_000_000  # they are carried within the page
ALIGNED = re.compile(r' style="text-align: ?(left|right|center|justify);?"')


def document(artifact: Artifact) -> str:
    """What may stand in the body of a framed page. Raises CannotShow, MissingBytes."""
    text = store.read(artifact.digest).decode(errors="replace")
    if artifact.media_type == media.HTML:
        return harmless(text)
    try:
        return harmless(_set(artifact, text))
    except BuildError as error:
        raise CannotShow(str(error)) from error


def _set(artifact: Artifact, text: str) -> str:
    """Its Markdown as a chapter of a book looks, with the pictures of the version it is of."""
    return _chapter(artifact.path, text, artifact.book_version, building.render)


def chapter_so_far(path: str, text: str, version: BookVersion) -> str:
    """A text that is being written, as a chapter looks: clean, without any style of its own.
    Nothing of it is kept. Raises CannotShow."""
    try:
        html = _chapter(path, text, version, pandoc.render)
    except BuildError as error:
        raise CannotShow(str(error)) from error
    return ALIGNED.sub(r' align="\1"', html)


def _chapter(path: str, text: str, version: BookVersion | None, render: Render) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    chapter = Chapter("text", path, title_of(text, path), text, digest)
    pictures = pictures_of(version, most_bytes=MOST_PICTURE_BYTES) if version else {}
    fragment = Fragment(chapter, cleaned(render([chapter], "html5")[0]))
    return Whole(Book(chapter.title, "", (chapter,), pictures), [fragment]).body(fragment)
