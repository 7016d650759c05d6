"""What differs between two artifacts, in the terms of what they are.

    found = between(older, newer)

A module for each kind has `read`, from bytes to what is compared, and `compare`, from two of
those to what differs; it is loaded when that kind is first compared.
"""

from importlib import import_module
from typing import Any, NamedTuple

from artifacts.contents import media
from artifacts.errors import InvalidArtifact
from artifacts.models import Artifact
from workflows.comparing.reading import Incomparable, Unreadable, refuse_more

BYTES = "bytes"


class Kind(NamedTuple):
    """`instead` is what to compare it as where it cannot be compared as this."""

    module: str
    instead: str = BYTES


KINDS = {
    "text": Kind("workflows.comparing.texts"),
    "json": Kind("workflows.comparing.trees", instead="text"),
    "pdf": Kind("workflows.comparing.pdf"),
    "epub": Kind("workflows.comparing.archives"),
    "archive": Kind("workflows.comparing.archives"),
}
BY_MEDIA_TYPE = {
    **dict.fromkeys((media.MARKDOWN, media.PLAIN, media.CSV, media.HTML, media.SVG), "text"),
    media.JSON: "json",
    media.PDF: "pdf",
    media.EPUB: "epub",
    media.ZIP: "archive",
}


def between(old: Artifact, new: Artifact) -> dict[str, Any]:
    """From `old` to `new`. Equal bytes are not read.

    Raises MissingBytes, and InvalidArtifact for a document that does not open.
    """
    same = old.digest == new.digest
    kind, found = (kind_of(new), {}) if same else _compared(old, new)
    return {
        "against": old.public_id,
        "kind": kind,
        "same": same,
        "size_bytes_from": old.size_bytes,
        "size_bytes_to": new.size_bytes,
        "digest_from": old.digest,
        "digest_to": new.digest,
        **found,
    }


def kind_of(artifact: Artifact) -> str:
    """What an artifact is compared as, by its media type."""
    return BY_MEDIA_TYPE.get(artifact.media_type, BYTES)


def _compared(old: Artifact, new: Artifact) -> tuple[str, dict[str, Any]]:
    kinds = (kind_of(old), kind_of(new))
    if kinds[0] != kinds[1]:
        return BYTES, {"why": f"one is compared as {kinds[0]}, the other as {kinds[1]}"}
    kind, why = kinds[0], f"{new.media_type} is only compared byte by byte"
    while kind != BYTES:
        try:
            return kind, _compared_as(kind, old, new)
        except Incomparable as reason:
            kind, why = KINDS[kind].instead, str(reason)
    return BYTES, {"why": why}


def _compared_as(kind: str, old: Artifact, new: Artifact) -> dict[str, Any]:
    if kind in ("text", "json"):
        refuse_more(max(old.size_bytes, new.size_bytes))  # before they are read
    module = import_module(KINDS[kind].module)
    found: dict[str, Any] = module.compare(_read(module, old), _read(module, new))
    return found


def _read(module: Any, artifact: Artifact) -> Any:
    try:
        return module.read(artifact.content())
    except Unreadable as error:
        raise InvalidArtifact(f"{artifact.public_id} ({artifact.path}) {error}") from error
