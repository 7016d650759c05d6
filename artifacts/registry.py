"""Taking artifacts in: what is handed over is checked, stored, then registered once."""

import json
import mimetypes
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Self

from django.conf import settings

from artifacts import store
from artifacts.errors import ArtifactTooLarge, InvalidArtifact
from artifacts.models import Artifact, ArtifactType

MAX_PATH = 500


@dataclass(frozen=True)
class Handed:
    """An output on its way in: its bytes are in the store, its row is not yet written.

    `item` is a chapter slug, or empty for the step's own.
    """

    artifact_type: str
    path: str
    kept: store.Kept
    item: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of_bytes(cls, artifact_type: str, path: str, content: bytes, **more: Any) -> Self:
        """Check and store; `more` are the other fields. Raises InvalidArtifact."""
        check_name(artifact_type, path)
        check_content(artifact_type, path, content)
        return cls(artifact_type, path, store.keep(content), **more)

    @classmethod
    def of_file(cls, artifact_type: str, file: Path, path: str = "", **more: Any) -> Self:
        """Check and store a file, under its name unless a path is given.

        What must be read to be judged is read whole, the rest is streamed.
        """
        path = path or file.name
        check_name(artifact_type, path)
        try:
            if file.exists() and not file.is_file():
                raise InvalidArtifact(f'"{file}" is no file')
            limit = settings.BINDERY_MAX_UPLOAD_BYTES
            if file.stat().st_size > limit:
                raise _too_large(path, limit)
            if _is_read(artifact_type, path):
                return cls.of_bytes(artifact_type, path, file.read_bytes(), **more)
            with file.open("rb") as stream:
                return cls(artifact_type, path, store.keep_file(stream, limit_bytes=limit), **more)
        except OSError as error:
            raise InvalidArtifact(f'"{file}" cannot be read: {error.strerror}') from error

    @classmethod
    def of_artifact(cls, artifact_type: str, made: Artifact) -> Self:
        """What is stored already, handed in under a type of its own."""
        check_name(artifact_type, made.path)
        if _is_read(artifact_type, made.path):
            check_content(artifact_type, made.path, made.content())
        kept = store.Kept(made.digest, made.size_bytes)
        return cls(artifact_type, made.path, kept, item=made.item)

    @property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.path)[0] or "application/octet-stream"

    def as_json(self) -> dict[str, Any]:
        """What tells two calls apart, for idempotency."""
        return {
            "artifact_type": self.artifact_type,
            "path": self.path,
            "item": self.item,
            "digest": self.kept.digest,
        }


def check_name(artifact_type: str, path: str) -> None:
    """Refuse an unknown type and a path that is empty, absolute or climbs."""
    if artifact_type not in ArtifactType.values:
        known = ", ".join(ArtifactType.values)
        raise InvalidArtifact(f'no artifact type "{artifact_type}"; there are {known}')
    pure = PurePosixPath(path)
    if (
        not pure.name
        or pure.is_absolute()
        or ".." in pure.parts
        or any(unicodedata.category(c) == "Cc" for c in path)
    ):
        raise InvalidArtifact(f"{path!r} is no path inside a run; one looks like chapters/01.md")
    if len(path) > MAX_PATH:
        raise InvalidArtifact(f"a path of {len(path)} characters; {MAX_PATH} are allowed")


def check_content(artifact_type: str, path: str, content: bytes) -> None:
    """Refuse a chapter that is no UTF-8 text and a `.json` file that holds no object."""
    if len(content) > settings.BINDERY_MAX_UPLOAD_BYTES:
        raise _too_large(path, settings.BINDERY_MAX_UPLOAD_BYTES)
    if artifact_type == ArtifactType.CHAPTER:
        if len(content) > settings.BINDERY_MAX_CHAPTER_BYTES:
            raise _too_large(path, settings.BINDERY_MAX_CHAPTER_BYTES)
        _check_text(path, content)
    if path.endswith(".json"):
        _check_object(path, content)


def register(run: Any, step: Any, handed: Handed, *, delivered: bool) -> tuple[Artifact, bool]:
    """The row of what a step handed in, and whether it is new.

    The same step, type, path and digest again is the same row. Call it inside the
    transaction of the verb.
    """
    item = handed.item or (step.item if step else "")
    same = {"step": step, "artifact_type": handed.artifact_type, "path": handed.path}
    made = Artifact.objects.filter(run=run, **same, digest=handed.kept.digest).first()
    if made:
        if delivered and not made.delivered:
            Artifact.objects.filter(pk=made.pk).update(delivered=True)
        return made, False
    older = Artifact.objects.standing().filter(
        run=run, item=item, artifact_type=handed.artifact_type, path=handed.path
    )
    older = older.filter(step__name=step.name) if step else older.filter(step=None)
    artifact = Artifact.objects.create(
        run=run,
        book=run.book,
        workflow_type=run.workflow_type,
        **same,
        item=item,
        digest=handed.kept.digest,
        size_bytes=handed.kept.size_bytes,
        media_type=handed.media_type,
        metadata=handed.metadata,
        delivered=delivered,
        book_version=run.handed_version or run.input_version,
        supersedes=older.exclude(digest=handed.kept.digest).order_by("pk").last(),
    )
    return artifact, True


def _is_read(artifact_type: str, path: str) -> bool:
    return artifact_type == ArtifactType.CHAPTER or path.endswith(".json")


def _check_text(path: str, content: bytes) -> None:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise InvalidArtifact(
            f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8"
        ) from error
    if "\0" in text:
        raise InvalidArtifact(f"{path} holds a NUL character; a chapter is text")


def _check_object(path: str, content: bytes) -> None:
    try:
        value = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InvalidArtifact(f"{path} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise InvalidArtifact(f"{path} holds no JSON object")


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _too_large(path: str, limit: int) -> ArtifactTooLarge:
    return ArtifactTooLarge(f"{path} is larger than {limit} bytes")
