"""What is stored is what was checked, and what its sender meant."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from artifacts.contents import pdf
from artifacts.errors import ArtifactTooLarge, InvalidArtifact
from artifacts.models import ArtifactType
from artifacts.registry import Handed
from tests.contents import TAKES, content_of, suffix_of, valid

WORDS = b"# One\n"
DIGEST = hashlib.sha256(WORDS).hexdigest()


def files(store: Path) -> list[bytes]:
    return [path.read_bytes() for path in store.rglob("*") if path.is_file()]


@pytest.mark.parametrize("artifact_type", ArtifactType.values)
def test_bytes_a_stream_and_a_file_are_stored_alike(
    artifact_type: str, tmp_path: Path, store: Path
) -> None:
    path, content = content_of(artifact_type)
    (file := tmp_path / path).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    made = [
        Handed.of_bytes(artifact_type, path, content, item="01-one"),
        Handed.of_file(artifact_type, file, digest=digest, item="01-one"),
        Handed.of_stream(artifact_type, path, io.BytesIO(content), item="01-one"),
    ]
    assert made == [made[0]] * 3
    assert (made[0].kept, made[0].item) == ((digest, len(content)), "01-one")
    assert files(store) == [content]


@pytest.mark.parametrize(
    "artifact_type", [kind for kind in ArtifactType.values if kind != "chapter"]
)
def test_what_no_type_could_hold_is_refused_and_not_stored(
    artifact_type: str, tmp_path: Path, store: Path
) -> None:
    for media_type in TAKES[artifact_type]:
        (file := tmp_path / f"a{suffix_of(media_type)}").write_bytes(b"\0\xff\xfe")
        with pytest.raises(InvalidArtifact, match=f"^{file.name} "):
            Handed.of_file(artifact_type, file)
    assert files(store) == []


@pytest.mark.parametrize("digest", [DIGEST, DIGEST.upper(), ""])
def test_the_right_digest_is_taken(digest: str) -> None:
    assert Handed.of_bytes("chapter", "01.md", WORDS, digest=digest).kept.digest == DIGEST


@pytest.mark.parametrize("digest", ["0" * 64, DIGEST[:-1], "nonsense", " "])
def test_a_wrong_digest_is_refused_before_anything_is_stored(digest: str, store: Path) -> None:
    with pytest.raises(InvalidArtifact, match=f"01.md has the SHA-256 {DIGEST}, not {digest};"):
        Handed.of_bytes("chapter", "01.md", WORDS, digest=digest)
    assert files(store) == []


class Shifty(io.BytesIO):
    """Holds other words from the moment that it was read to its end so many times."""

    def __init__(self, ends: int) -> None:
        super().__init__(WORDS)
        self.ends = ends

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.ends -= not piece
        if not piece and not self.ends:
            self.getbuffer()[:] = b"# Two\n"
        return piece


@pytest.mark.parametrize("ends", [1, 2])
def test_a_file_that_changes_after_it_was_looked_at_is_refused(ends: int) -> None:
    """Hashed once, then checked, then stored."""
    with pytest.raises(InvalidArtifact, match="changed while it was read"):
        Handed.of_stream("chapter", "01.md", Shifty(ends))


def test_a_file_put_in_the_place_of_another_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "draft.pdf", tmp_path / "other.pdf"
    file.write_bytes(valid("application/pdf"))
    other.write_bytes(b"no PDF")
    opens = pdf.asked

    def swapped(stream: Any) -> None:
        opens(stream)
        other.replace(file)

    monkeypatch.setattr(pdf, "asked", swapped)
    made = Handed.of_file("pdf_draft", file)
    assert made.kept.digest == hashlib.sha256(valid("application/pdf")).hexdigest()
    assert file.read_bytes() == b"no PDF"


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path, settings: Any) -> None:
    settings.BINDERY_MAX_UPLOAD_BYTES = 1_000_000_000
    (file := tmp_path / "draft.pdf").touch()
    with file.open("r+b") as stream:
        stream.truncate(10**12)  # a file of holes: to read it would take an hour
    with pytest.raises(ArtifactTooLarge, match=r"draft.pdf is larger than 1000000000 bytes"):
        Handed.of_file("pdf_draft", file)
