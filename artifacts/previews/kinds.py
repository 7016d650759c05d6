"""In which way an artifact can be looked at."""

from enum import StrEnum

from artifacts.contents import media
from artifacts.models import Artifact

MEGABYTE = 1_000_000


class Kind(StrEnum):
    DOCUMENT = "document"
    PAGES = "pages"
    PICTURE = "picture"
    TEXT = "text"
    ENTRIES = "entries"
    NOTHING = "nothing"


KINDS = {
    media.MARKDOWN: Kind.DOCUMENT,
    media.HTML: Kind.DOCUMENT,
    media.PDF: Kind.PAGES,
    media.PNG: Kind.PICTURE,
    media.JPEG: Kind.PICTURE,
    media.SVG: Kind.PICTURE,
    media.JSON: Kind.TEXT,
    media.PLAIN: Kind.TEXT,
    media.CSV: Kind.TEXT,
    media.ZIP: Kind.ENTRIES,
    media.EPUB: Kind.ENTRIES,
}
MOST_BYTES = {
    media.MARKDOWN: MEGABYTE,  # a reviewer waits for pandoc
    media.HTML: 20 * MEGABYTE,
    media.PNG: 30 * MEGABYTE,
    media.JPEG: 30 * MEGABYTE,
    media.SVG: 5 * MEGABYTE,
}
TEXTS = frozenset({media.MARKDOWN, media.HTML, media.SVG, media.JSON, media.PLAIN, media.CSV})


def kind_of(artifact: Artifact, *, as_text: bool = False) -> Kind:
    """What is too large to be shown as it looks is shown as text where it is one, else not."""
    if as_text and is_text(artifact):
        return Kind.TEXT
    kind = KINDS.get(artifact.media_type, Kind.NOTHING)
    if artifact.size_bytes > MOST_BYTES.get(artifact.media_type, artifact.size_bytes):
        return Kind.TEXT if is_text(artifact) else Kind.NOTHING
    return kind


def is_text(artifact: Artifact) -> bool:
    return artifact.media_type in TEXTS
