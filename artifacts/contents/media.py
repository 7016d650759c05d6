"""Which media types an artifact type may have, and how large each may be.

A media type is read off the path's suffix, by a table of our own: Python's depends on the machine.
"""

from pathlib import PurePosixPath
from typing import Final

from django.conf import settings

from artifacts.errors import InvalidArtifact
from artifacts.models import ArtifactType

MARKDOWN: Final = "text/markdown"
PLAIN: Final = "text/plain"
CSV: Final = "text/csv"
JSON: Final = "application/json"
HTML: Final = "text/html"
ZIP: Final = "application/zip"
PDF: Final = "application/pdf"
EPUB: Final = "application/epub+zip"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
SVG: Final = "image/svg+xml"

SUFFIXES = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": PLAIN,
    ".csv": CSV,
    ".json": JSON,
    ".html": HTML,
    ".htm": HTML,
    ".zip": ZIP,
    ".pdf": PDF,
    ".epub": EPUB,
    ".png": PNG,
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".svg": SVG,
}
RECORD = (JSON, MARKDOWN, PLAIN)
DOCUMENT = (*RECORD, HTML, PDF)
FIGURES = (*DOCUMENT, CSV)
SKETCHES = (*DOCUMENT, PNG, JPEG, SVG)

TAKES: dict[str, tuple[str, ...]] = {
    ArtifactType.CHAPTER: (MARKDOWN, PLAIN),
    ArtifactType.RELEASE_NOTES: DOCUMENT,
    ArtifactType.PRINT_HTML: (HTML,),
    ArtifactType.WEB_HTML: (HTML, ZIP),
    ArtifactType.PDF_DRAFT: (PDF,),
    ArtifactType.PDF_DIGITAL: (PDF,),
    ArtifactType.PDF_PRINT: (PDF,),
    ArtifactType.LAYOUT_PLAN: SKETCHES,
    ArtifactType.DESIGN_PLAN: SKETCHES,
    ArtifactType.DEPLOYMENT: RECORD,
    ArtifactType.QA_REPORT: FIGURES,
    ArtifactType.MARKETING_COPY: DOCUMENT,
    ArtifactType.ANNOUNCEMENT: DOCUMENT,
    ArtifactType.PLAYTEST_SESSION: FIGURES,
    ArtifactType.PLAYTEST_ANALYSIS: FIGURES,
    ArtifactType.PLAYTEST_FEEDBACK: RECORD,
    ArtifactType.IMPROVEMENT_PLAN: DOCUMENT,
    ArtifactType.REVIEW_REPORT: DOCUMENT,
    ArtifactType.EPUB: (EPUB,),
}

MOST_TEXT_BYTES = 20_000_000
READ_WHOLE = {MARKDOWN, PLAIN, CSV, JSON, SVG}  # by those who use them


def media_type_of(artifact_type: str, path: str) -> str:
    """Raises InvalidArtifact, naming the right ones, where the type has none of that suffix.

    A chapter whose name says nothing is Markdown.
    """
    suffix = PurePosixPath(path).suffix.lower()
    media_type = SUFFIXES.get(suffix)
    if media_type is None and artifact_type == ArtifactType.CHAPTER:
        return MARKDOWN
    if media_type not in TAKES[artifact_type]:
        right = ", ".join(f"{one} ({_suffixes(one)})" for one in TAKES[artifact_type])
        raise InvalidArtifact(f"{path} cannot be {artifact_type}, which takes {right}")
    return media_type


def limit_bytes(artifact_type: str, media_type: str) -> int:
    limit: int = settings.BINDERY_MAX_UPLOAD_BYTES
    if artifact_type == ArtifactType.CHAPTER:
        return min(limit, settings.BINDERY_MAX_CHAPTER_BYTES)
    return min(limit, MOST_TEXT_BYTES) if media_type in READ_WHOLE else limit


def _suffixes(media_type: str) -> str:
    return " ".join(suffix for suffix, one in SUFFIXES.items() if one == media_type)
