"""Taking artifacts in: what is handed over is checked, stored, then registered once."""

import hashlib
import io
import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Self, cast

from artifacts import contents, store
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
        """Check and store; `more` as for `of_stream`. Raises InvalidArtifact."""
        return cls.of_stream(artifact_type, path, io.BytesIO(content), **more)

    @classmethod
    def of_file(cls, artifact_type: str, file: Path, path: str | None = None, **more: Any) -> Self:
        """Check and store a file, under its name unless a path is given."""
        try:
            if file.exists() and not file.is_file():
                raise InvalidArtifact(f'"{file}" is no file')
            path = file.name if path is None else path
            check_name(artifact_type, path)
            with file.open("rb") as stream:
                return cls.of_stream(artifact_type, path, stream, **more)
        except OSError as error:
            raise InvalidArtifact(f'"{file}" cannot be read: {error.strerror}') from error

    @classmethod
    def of_stream(
        cls, artifact_type: str, path: str, stream: BinaryIO, *, digest: str = "", **more: Any
    ) -> Self:
        """Check what a file that can be sought holds, then store it; `more` are the other fields.

        What is stored is what was checked, and has the `digest` that its sender claims. Nothing
        is stored where InvalidArtifact is raised, but when the file changes while it is read.
        """
        check_name(artifact_type, path)
        limit = check_size(artifact_type, path, stream.seek(0, os.SEEK_END))
        read = _digest_of(stream)
        if digest and digest.lower() != read:
            raise InvalidArtifact(
                f"{path} has the SHA-256 {read}, not {digest}; was all of it sent?"
            )
        contents.check(artifact_type, path, stream)
        stream.seek(0)
        kept = store.keep_file(stream, limit_bytes=limit)
        if kept.digest != read:
            raise InvalidArtifact(f"{path} changed while it was read; try again")
        return cls(artifact_type, path, kept, **more)

    @classmethod
    def of_artifact(cls, artifact_type: str, made: Artifact) -> Self:
        """What is stored already, handed in under a type of its own."""
        check_name(artifact_type, made.path)
        check_size(artifact_type, made.path, made.size_bytes)
        with store.opened(made.digest) as stream:
            contents.check(artifact_type, made.path, cast(BinaryIO, stream))
        kept = store.Kept(made.digest, made.size_bytes)
        return cls(artifact_type, made.path, kept, item=made.item)

    @property
    def media_type(self) -> str:
        return contents.media_type_of(self.artifact_type, self.path)

    def as_json(self) -> dict[str, Any]:
        """What tells two calls apart, for idempotency."""
        return {
            "artifact_type": self.artifact_type,
            "path": self.path,
            "item": self.item,
            "digest": self.kept.digest,
        }


def check_name(artifact_type: str, path: str) -> None:
    """Refuse an unknown type, and a path that is empty, absolute or climbs, or that is written
    otherwise than `chapters/01.md`: one place has one path."""
    if artifact_type not in ArtifactType.values:
        known = ", ".join(ArtifactType.values)
        raise InvalidArtifact(f'no artifact type "{artifact_type}"; there are {known}')
    pure = PurePosixPath(path)
    if (
        not pure.name
        or pure.is_absolute()
        or ".." in pure.parts
        or str(pure) != path
        or any(unicodedata.category(c) == "Cc" or c == "\\" for c in path)
    ):
        raise InvalidArtifact(f"{path!r} is no path inside a run; one looks like chapters/01.md")
    if len(path) > MAX_PATH:
        raise InvalidArtifact(f"a path of {len(path)} characters; {MAX_PATH} are allowed")


def check_size(artifact_type: str, path: str, size_bytes: int) -> int:
    """The most bytes it may have. Refuses another media type than its type takes, and more."""
    media_type = contents.media_type_of(artifact_type, path)
    limit = contents.limit_bytes(artifact_type, media_type)
    if size_bytes > limit:
        raise ArtifactTooLarge(f"{path} is larger than {limit} bytes")
    return limit


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


def _digest_of(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(store.CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
