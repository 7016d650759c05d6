"""Bytes by digest: kept once and whole, read in pieces."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from artifacts import store as stored
from artifacts.errors import (
    ArtifactTooLarge,
    DamagedBytes,
    InvalidArtifact,
    MissingBytes,
    StoreRefused,
    UnreadableBytes,
)
from books import registry as books
from books.errors import Conflict
from tests.agents import Crew
from tests.factories import book_of, started
from tests.stores import OLD, aged, damage_of, digest_of, files, place_of, registered, with_map

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


@pytest.fixture
def crew() -> Crew:
    return Crew(started(book_of(1)))


class Counted(io.BytesIO):
    """A file that tells how much was read of it at once, and in all."""

    most = total = 0

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(size)
        self.most, self.total = max(self.most, len(content)), self.total + len(content)
        return content


def test_a_file_is_read_once_and_in_pieces(store: Path) -> None:
    content = os.urandom(3 * stored.CHUNK_BYTES + 1)
    file = Counted(content)
    assert stored.keep_file(file) == (digest_of(content), len(content))
    assert (file.most, file.total) == (stored.CHUNK_BYTES, len(content))
    assert place_of(store, content).read_bytes() == content
    pieces = list(stored.chunks(digest_of(content)))
    assert [len(piece) for piece in pieces] == [stored.CHUNK_BYTES] * 3 + [1]
    assert b"".join(pieces) == content


def test_what_is_kept_again_is_not_written_again(store: Path) -> None:
    stored.keep(b"hello")
    before = place_of(store, b"hello").stat()
    stored.keep(b"hello")
    stored.keep_file(io.BytesIO(b"hello"))
    assert place_of(store, b"hello").stat().st_ino == before.st_ino
    assert files(store) == [place_of(store, b"hello")]


def test_what_is_kept_again_is_young_again(store: Path, tmp_path: Path) -> None:
    asset = with_map(tmp_path)
    for again in (
        lambda: stored.keep(b"hello"),
        lambda: stored.keep_file(io.BytesIO(b"hello")),
        lambda: books.register(slug="sky", title="Sky", source=tmp_path / "sea"),
    ):
        stored.keep(b"hello")
        for path in (place_of(store, b"hello"), store / stored.name_of(asset.digest)):
            aged(path)
        again()
        assert max(path.stat().st_mtime for path in files(store)) > OLD + 60


@pytest.mark.parametrize("damage", [b"", b"hel", b"hello, hello"])
def test_cut_off_bytes_are_replaced_by_whoever_brings_the_right_ones(
    store: Path, tmp_path: Path, damage: bytes
) -> None:
    asset = with_map(tmp_path, b"hello")
    place = store / stored.name_of(asset.digest)
    for again in (
        lambda: stored.keep(b"hello"),
        lambda: stored.keep_file(io.BytesIO(b"hello")),
        lambda: books.register(slug="sky", title="Sky", source=tmp_path / "sea"),
    ):
        place.write_bytes(damage)
        again()
        assert place.read_bytes() == b"hello"
        assert files(store) == [place]


def test_a_file_that_grows_over_the_limit_while_it_is_read_leaves_nothing(store: Path) -> None:
    with pytest.raises(ArtifactTooLarge):
        stored.keep_file(io.BytesIO(b"x" * 11), limit_bytes=10)
    assert files(store) == []
    assert stored.keep_file(io.BytesIO(b"x" * 10), limit_bytes=10).size_bytes == 10


class Torn(io.BytesIO):
    """A file whose disk fails after the first piece."""

    name = "torn.bin"

    def read(self, size: int | None = -1) -> bytes:  # noqa: ARG002
        if self.tell():
            raise OSError(5, "Input/output error")
        return super().read(5)


def test_a_file_that_fails_while_it_is_read_leaves_nothing(store: Path) -> None:
    with pytest.raises(InvalidArtifact, match=r'"torn.bin" cannot be read: Input/output error'):
        stored.keep_file(Torn(b"hello, hello"))
    assert files(store) == []


def test_a_place_that_cannot_be_written_is_one_clear_error(store: Path, tmp_path: Path) -> None:
    (store / digest_of(b"hello")[:2]).write_text("a file where a folder should be")
    with pytest.raises(StoreRefused, match="the store refuses it: "):
        stored.keep(b"hello")
    with pytest.raises(StoreRefused, match="the store refuses it: "):
        stored.keep_file(io.BytesIO(b"hello"))
    with pytest.raises(Conflict, match=r"art/map\.svg cannot be stored: "):
        with_map(tmp_path, b"hello")
    assert [path.name for path in files(store)] == [digest_of(b"hello")[:2]]


def test_bytes_that_cannot_be_read_are_an_error_of_their_own(store: Path) -> None:
    place_of(store, b"hello").mkdir(parents=True)
    with pytest.raises(UnreadableBytes, match=digest_of(b"hello")):
        stored.read(digest_of(b"hello"))
    with pytest.raises(MissingBytes, match="not in the store"):
        stored.read(digest_of(b"other"))


@pytest.fixture
def elsewhere(settings: Any) -> None:
    """A storage of Django's in the place of the project's own."""
    backend = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}


@pytest.mark.usefixtures("elsewhere")
def test_any_storage_of_django_will_do(crew: Crew, tmp_path: Path, run_command: Run) -> None:
    for _ in range(2):
        for keep in (stored.keep, lambda content: stored.keep_file(io.BytesIO(content))):
            assert keep(b"hello") == (digest_of(b"hello"), 5)
    made, _asset = registered(crew, b"a plan"), with_map(tmp_path)
    run_command("artifact_show", made.public_id, "--output", tmp_path / "out.md")
    assert (tmp_path / "out.md").read_bytes() == b"a plan"
    assert run_command("artifact_verify") == {"checked": 2, "damaged": []}
    assert run_command("artifact_gc")["spared"] == 1  # b"hello", which no row names
    default_storage.delete(stored.name_of(made.digest))
    answer, _ = damage_of("artifact_verify")
    assert [one["artifact"] for one in answer["damaged"]] == [made.public_id]


def test_show_writes_the_bytes_and_never_over_a_file(
    crew: Crew, tmp_path: Path, run_command: Run, refused: Run
) -> None:
    content = os.urandom(stored.CHUNK_BYTES).hex().encode()
    made, out = registered(crew, content), tmp_path / "out.md"
    assert run_command("artifact_show", made.public_id, "--output", out)["id"] == made.public_id
    assert out.read_bytes() == content
    out.write_bytes(b"mine")
    assert "File exists" in refused("artifact_show", made.public_id, "--output", out)
    assert out.read_bytes() == b"mine"


@pytest.mark.parametrize("damage", [b"", b"hellO", b"hello, hello", None])
def test_show_leaves_no_file_of_damaged_bytes(
    crew: Crew, store: Path, tmp_path: Path, refused: Run, damage: bytes | None
) -> None:
    made, out = registered(crew, b"hello"), tmp_path / "out.md"
    place = place_of(store, b"hello")
    place.unlink() if damage is None else place.write_bytes(damage)
    told = refused("artifact_show", made.public_id, "--output", out)
    assert made.digest in told
    assert ("damaged" if damage is not None else "not in the store") in told
    assert not out.exists()
    with pytest.raises((DamagedBytes, MissingBytes)):
        stored.copy(made.digest, io.BytesIO())
