"""Bytes by digest: kept once and whole, read in pieces, verified, collected."""

import hashlib
import io
import json
import os
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artifacts import store as stored
from artifacts.errors import (
    ArtifactTooLarge,
    DamagedBytes,
    InvalidArtifact,
    MissingBytes,
    StoreRefused,
    UnreadableBytes,
)
from artifacts.models import Artifact
from artifacts.registry import Handed
from books import registry as books
from books.errors import Conflict
from books.models import Asset
from tests.agents import Crew
from tests.factories import book_of, started, write_folder
from workflows import stored as wanted
from workflows.claims import MAX_LEASE_SECONDS
from workflows.outputs import add

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
OLD = time.time() - MAX_LEASE_SECONDS - 60


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def place_of(store: Path, content: bytes) -> Path:
    return store / stored.name_of(digest_of(content))


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def aged(path: Path) -> Path:
    os.utime(path, (OLD, OLD))
    return path


@pytest.fixture
def crew() -> Crew:
    return Crew(started(book_of(1)))


def registered(crew: Crew, content: bytes, path: str = "a.md") -> Artifact:
    made = Handed.of_bytes("improvement_plan", path, content)
    return Artifact.objects.named(add(crew.run, made, actor="ada")["id"])


def with_map(tmp_path: Path, content: bytes = b"<svg/>") -> Asset:
    folder = write_folder(tmp_path / "sea", {"01.md": "# One\n", "art/map.svg": content})
    books.register(slug="sea", title="Sea", source=folder)
    return Asset.objects.get()


def damage_of(name: str, *args: str) -> tuple[Any, str]:
    """What a command prints and then complains of."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(name, *args, "--json", stdout=out)
    return json.loads(out.getvalue()), str(caught.value)


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


def test_verify_names_every_row_of_damaged_bytes(
    crew: Crew, store: Path, tmp_path: Path, run_command: Run
) -> None:
    first, again = registered(crew, b"hello"), registered(crew, b"hello", "b.md")
    whole, lost = registered(crew, b"whole", "c.md"), registered(crew, b"lost", "d.md")
    asset = with_map(tmp_path, b"a map")
    assert run_command("artifact_verify") == {"checked": 4, "damaged": []}

    place_of(store, b"hello").write_bytes(b"hellO")
    place_of(store, b"lost").unlink()
    place_of(store, b"a map").write_bytes(b"a ma")
    answer, told = damage_of("artifact_verify")
    assert told == "3 of 4 stored files are damaged"
    assert answer["checked"] == 4
    at = {"book": "sea", "version": "1.0.0", "path": "art/map.svg"}
    expected = [
        (first.public_id, None, first.digest, "bytes"),
        (again.public_id, None, first.digest, "bytes"),
        (lost.public_id, None, lost.digest, "missing"),
        (None, at, asset.digest, "size"),
    ]
    found = [
        (one["artifact"], one["asset"], one["digest"], one["problem"]) for one in answer["damaged"]
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert whole.digest not in str(answer)


def test_verify_tells_what_cannot_be_read_from_what_is_missing(crew: Crew, store: Path) -> None:
    made = registered(crew, b"hello")
    place_of(store, b"hello").unlink()
    place_of(store, b"hello").mkdir()
    answer, _ = damage_of("artifact_verify")
    assert [(one["artifact"], one["problem"]) for one in answer["damaged"]] == [
        (made.public_id, "unreadable")
    ]


def test_the_same_bytes_of_an_artifact_and_an_asset_are_read_once(
    crew: Crew, tmp_path: Path, run_command: Run
) -> None:
    registered(crew, b"<svg/>")
    with_map(tmp_path, b"<svg/>")
    assert run_command("artifact_verify") == {"checked": 1, "damaged": []}


def test_digests_are_read_a_page_at_a_time(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {registered(crew, str(n).encode(), f"{n}.md").digest for n in range(7)}
    registered(crew, b"0", "again.md")
    monkeypatch.setattr(wanted, "PAGE", 3)
    with CaptureQueriesContext(connection) as queries:
        assert list(wanted.digests()) == sorted(made)
    assert len(queries) == 4 + 1  # pages of 3, 3, 1 and none of artifacts; none of assets
    assert all("LIMIT 3" in query["sql"] for query in queries)


def test_gc_lists_what_no_row_names_and_is_old(
    crew: Crew, store: Path, tmp_path: Path, run_command: Run
) -> None:
    named = [registered(crew, b"named").digest, with_map(tmp_path, b"a map").digest]
    stored.keep(b"orphan")
    stored.keep(b"young")
    for path in files(store):
        if path != place_of(store, b"young"):
            aged(path)
    answer = run_command("artifact_gc")
    assert [(one["digest"], one["size_bytes"]) for one in answer["orphans"]] == [
        (digest_of(b"orphan"), 6)
    ]
    rest = {key: value for key, value in answer.items() if key != "orphans"}
    assert rest == {"temporary": [], "spared": 1, "foreign": 0, "size_bytes": 6, "deleted": 0}
    assert len(files(store)) == 4

    assert run_command("artifact_gc", "--delete")["deleted"] == 1
    left = {path.name for path in files(store)}
    assert left == {*named, digest_of(b"young")}
    assert run_command("artifact_gc", "--delete")["deleted"] == 0
    assert run_command("artifact_verify")["damaged"] == []


def test_gc_takes_what_dead_writers_left_and_nothing_foreign(store: Path, run_command: Run) -> None:
    stored.keep(b"orphan")
    shard = place_of(store, b"orphan").parent
    digest = digest_of(b"elsewhere")
    foreign = [
        store / "notes.txt",
        store / digest,
        store / "zz" / digest,
        store / "published" / "index.html",
        shard / "README",
        shard / ".incoming.x",
        shard / digest.upper(),
        store / ("00" if digest[:2] != "00" else "11") / digest,
        shard / "folder" / digest,
    ]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"keep me")
    left = aged(write_folder(store, {".incoming.dead": b"half"}) / ".incoming.dead")
    write_folder(store, {".incoming.busy": b"half"})
    for path in (*foreign, place_of(store, b"orphan")):
        aged(path)
    answer = run_command("artifact_gc", "--delete")
    assert [one["digest"] for one in answer["orphans"]] == [digest_of(b"orphan")]
    assert [(one["name"], one["size_bytes"]) for one in answer["temporary"]] == [(left.name, 4)]
    assert (answer["deleted"], answer["spared"], answer["size_bytes"]) == (2, 1, 10)
    assert answer["foreign"] == 9
    assert sorted(files(store)) == sorted([*foreign, store / ".incoming.busy"])


def test_gc_of_an_empty_store_finds_nothing(store: Path, run_command: Run) -> None:
    empty = {"orphans": [], "temporary": [], "spared": 0, "foreign": 0, "size_bytes": 0}
    assert run_command("artifact_gc") == {**empty, "deleted": 0}
    store.rmdir()
    assert run_command("artifact_gc", "--delete") == {**empty, "deleted": 0}


def test_gc_spares_what_a_row_names_by_the_time_it_deletes(
    crew: Crew, store: Path, run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks through the whole store first; here a row comes between look and deletion."""
    stored.keep(b"hello")
    aged(place_of(store, b"hello"))
    ask = wanted.named
    answers = iter([set(), None])

    def named(among: Any) -> set[str]:
        answer = next(answers)
        if answer is None:
            registered(crew, b"hello")
            return ask(among)
        return answer

    monkeypatch.setattr(wanted, "named", named)
    answer = run_command("artifact_gc", "--delete")
    assert (answer["orphans"], answer["spared"], answer["deleted"]) == ([], 1, 0)
    assert place_of(store, b"hello").exists()
