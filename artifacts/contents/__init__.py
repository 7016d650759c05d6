"""What an artifact holds: a media type that its type takes, and bytes that are what it says.

    media_type = media_type_of("pdf_draft", "draft.pdf")
    check("pdf_draft", "draft.pdf", file)

Pure: a file that can be read and sought comes in, InvalidArtifact goes out. Nothing is written,
and however large the file, little of it is held at a time, but for texts that are read whole.
"""

from typing import BinaryIO

from django.utils.module_loading import import_string

from artifacts.contents import media
from artifacts.contents.content import Content
from artifacts.contents.errors import Unfit
from artifacts.contents.media import limit_bytes, media_type_of
from artifacts.errors import InvalidArtifact

__all__ = ["check", "limit_bytes", "media_type_of"]

# By name, so that a command loads none that it does not need.
CHECKED_BY = {
    media.MARKDOWN: "artifacts.contents.text.check",
    media.PLAIN: "artifacts.contents.text.check",
    media.CSV: "artifacts.contents.text.check",
    media.JSON: "artifacts.contents.record.check",
    media.HTML: "artifacts.contents.html.check",
    media.ZIP: "artifacts.contents.site.check",
    media.PDF: "artifacts.contents.pdf.check",
    media.EPUB: "artifacts.contents.epub.check",
    media.PNG: "artifacts.contents.picture.check_png",
    media.JPEG: "artifacts.contents.picture.check_jpeg",
    media.SVG: "artifacts.contents.picture.check_svg",
}


def check(artifact_type: str, path: str, file: BinaryIO) -> None:
    """Raises InvalidArtifact with one line that names the path and says what is wrong."""
    checked = import_string(CHECKED_BY[media_type_of(artifact_type, path)])
    file.seek(0)
    try:
        checked(Content(artifact_type, file))
    except Unfit as why:
        raise InvalidArtifact(f"{path} {why}") from why
