"""A dossier is one file: whole and the same each time, or not there at all."""

import errno
import hashlib
import resource
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from artifacts import store
from artifacts.models import Artifact
from books.models import Book, Text
from books.registry import register
from events.dossier.making import make
from tests.agents import Crew
from tests.clock import later
from tests.dossiers import FILES, Unpacked, edited, version
from tests.factories import started, write_folder
from workflows import runs

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(tmp_path: Path) -> Crew:
    return edited("saltmarsh", tmp_path / "saltmarsh")


def test_made_twice_on_another_day_from_touched_bytes_it_is_the_same_file(
    crew: Crew, tmp_path: Path, run_command: Any, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("book_dossier", "saltmarsh", "--number", "1.1.0", "--to")
    first = run_command(*asked, tmp_path / "first.zip")
    for file in store.rglob("*"):
        file.touch()
    later(monkeypatch, days=400)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    again = run_command(*asked, tmp_path / "again.zip")
    content = (tmp_path / "first.zip").read_bytes()
    assert content == (tmp_path / "again.zip").read_bytes()
    assert first["digest"] == again["digest"] == hashlib.sha256(content).hexdigest()
    assert first["size_bytes"] == len(content)
    assert {**first, "file": "", "digest": "", "size_bytes": 0} == {
        "book": "saltmarsh", "version": "1.1.0", "file": "", "digest": "", "size_bytes": 0,
        "chapters": 3, "assets": 1, "runs": 1, "artifacts": 7, "approvals": 1, "rejections": 3,
        "escalations": 1, "findings": 0, "waived": 1,
    }  # fmt: skip


def test_what_the_next_version_brings_changes_nothing(crew: Crew, tmp_path: Path) -> None:
    first = make(version(), tmp_path / "first.zip")
    going = Crew(started(crew.run.book)).up_to("edit")
    going.claim("editor").reject()
    assert going.run.input_version == version()
    Crew(started(crew.run.book, {"chapters": "10-end"})).finish()
    assert Book.objects.get().versions.count() == 3
    assert make(version(), tmp_path / "again.zip")["digest"] == first["digest"]


def test_what_is_approved_later_changes_nothing(crew: Crew, tmp_path: Path) -> None:
    book = crew.run.book
    waiting = Crew(started(book)).up_to("approve")
    waiting.decide(actor="hugh")
    runs.cancel(waiting.fresh(), actor="ada")
    edited = Crew(started(book, {"chapters": "10-end"}))
    edited.finish()
    made = edited.fresh().output_version
    firsts = [make(one, tmp_path / f"first {one.number}.zip") for one in (version("1.0.0"), made)]
    kept = Crew(started(book))
    kept.claim("project-manager").complete()
    unchanged = dict(version("1.0.0").chapters.values_list("slug", "source__text"))
    while kept.ready() == ["write"] * len(kept.ready()) and (claimed := kept.try_claim("writer")):
        claimed.complete(unchanged[claimed.item])
    kept.finish()
    Crew(runs.rerun(waiting.fresh(), actor="ada", from_step="finalize"))
    again = [make(one, tmp_path / f"again {one.number}.zip") for one in (version("1.0.0"), made)]
    assert [one["digest"] for one in again] == [one["digest"] for one in firsts]


def test_it_holds_any_file_name_a_manuscript_may_have(tmp_path: Path) -> None:
    odd = ["a\\b.svg", "new\nline.svg", "Straße 🗺.svg", "x" * 240 + ".svg", "back\rspace.svg"]
    files: dict[str, str | bytes] = {**FILES, **{name: name for name in odd}}
    folder = write_folder(tmp_path / "odd", files)
    register(slug="odd", title="Odd", source=folder)
    make(version("1.0.0", "odd"), tmp_path / "out.zip")
    dossier = Unpacked(tmp_path / "out.zip", tmp_path / "unpacked")
    for name in odd:
        assert dossier.text(f"manuscript/{name}") == (folder / name).read_text()
    assert dossier.verified().returncode == 0


def test_files_of_one_path_lie_apart(crew: Crew, tmp_path: Path) -> None:
    first, second, *rest = Artifact.objects.filter(run=crew.run, step__name="finalize")
    long = "b" * 400 + ".html"
    for one, path in zip(rest, ["a/x.html", long], strict=True):
        Artifact.objects.filter(pk=one.pk).update(artifact_type="epub", path=path)
    Artifact.objects.filter(pk=first.pk).update(artifact_type="epub", path="A")
    Artifact.objects.filter(pk=second.pk).update(artifact_type="epub", path='c:\\..\\"x".html')
    make(version(), tmp_path / "out.zip")
    dossier = Unpacked(tmp_path / "out.zip", tmp_path / "unpacked")
    assert dossier.files("artifacts/w1_editing/epub") == sorted([
        f"artifacts/w1_editing/epub/{first.public_id}/A",
        "artifacts/w1_editing/epub/a/x.html",
        f"artifacts/w1_editing/epub/{long[:55]}.html",
        "artifacts/w1_editing/epub/c__..__x_.html",
    ])  # fmt: skip
    assert dossier.verified().returncode == 0


def lost(digest: str) -> Path:
    return Path(settings.STORAGES["default"]["OPTIONS"]["location"], store.name_of(digest))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cannot be read": Path.unlink,
    "are damaged": lambda file: file.write_bytes(file.read_bytes()[:-1] + b"?"),
    "damaged: they": lambda file: file.write_bytes(b""),
    "the bytes of": lambda file: file.write_bytes(file.read_bytes() * 2),
}


@pytest.mark.parametrize("said", DAMAGE)
@pytest.mark.parametrize("which", ["artifact", "asset"])
def test_bytes_that_are_lost_or_damaged_leave_no_file(
    crew: Crew, tmp_path: Path, refused: Any, which: str, said: str
) -> None:
    digests = {
        "artifact": Artifact.objects.filter(run=crew.run, step__name="finalize")[0].digest,
        "asset": version().assets.get().digest,
    }
    DAMAGE[said](lost(digests[which]))
    (tmp_path / "out").mkdir()
    error = refused("book_dossier", "saltmarsh", "--number", "1.1.0", "--to",
                    tmp_path / "out" / "dossier.zip")  # fmt: skip
    assert said in error
    assert ("manuscript/art/map" in error) == (which == "asset")
    assert digests[which] in error
    assert list((tmp_path / "out").iterdir()) == []


def test_a_text_that_somebody_changed_in_the_database_is_found(
    crew: Crew, tmp_path: Path, refused: Any
) -> None:
    Text.objects.filter(pk=version().chapters.last().digest).update(text="# The End?\n")
    error = refused("book_dossier", "saltmarsh", "--number", "1.1.0", "--to", tmp_path / "a.zip")
    assert "manuscript/10-end.md are damaged" in error
    assert not (tmp_path / "a.zip").exists()


def test_it_never_overwrites(crew: Crew, tmp_path: Path, refused: Any) -> None:
    taken = tmp_path / "taken.zip"
    taken.write_text("mine")
    (tmp_path / "link.zip").symlink_to(tmp_path / "nowhere")
    for name in ("taken.zip", "link.zip", "."):
        error = refused("book_dossier", "saltmarsh", "--number", "1.1.0", "--to", tmp_path / name)
        assert "exists already" in error
    assert taken.read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


def test_it_can_be_written_where_files_have_one_name_each(
    crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")  # as a memory stick says it

    told = make(version(), tmp_path / "linked.zip")
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    (tmp_path / "stick").mkdir()
    assert make(version(), tmp_path / "stick" / "a.zip")["digest"] == told["digest"]
    assert [one.name for one in (tmp_path / "stick").iterdir()] == ["a.zip"]


def test_what_cannot_be_made_is_refused(crew: Crew, tmp_path: Path, refused: Any) -> None:
    def error(slug: str, number: str, to: Path = tmp_path / "x.zip") -> str:
        return str(refused("book_dossier", slug, "--number", number, "--to", to))

    assert 'did you mean "saltmarsh"' in error("saltmash", "1.1.0")
    assert 'did you mean "1.1.0"' in error("saltmarsh", "1.1.1")
    assert "is no version number" in error("saltmarsh", "latest")
    assert "no folder" in error("saltmarsh", "1.1.0", tmp_path / "none" / "x.zip")
    assert "cannot write" in error("saltmarsh", "1.1.0", tmp_path / ("x" * 300))
    going = Crew(started(crew.run.book, {"chapters": "10-end"})).up_to("approve")
    going.decide()
    finishing = going.claim("production-editor")
    assert "is not finished: run" in error("saltmarsh", "1.2.0")
    finishing.release()
    runs.cancel(going.fresh(), actor="zoe")
    assert "never came about" in error("saltmarsh", "1.2.0")
    assert [one.name for one in tmp_path.iterdir()] == ["saltmarsh"]


def test_a_full_disk_leaves_no_file(crew: Crew, tmp_path: Path, refused: Any) -> None:
    (tmp_path / "out").mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        error = refused("book_dossier", "saltmarsh", "--number", "1.1.0", "--to",
                        tmp_path / "out" / "dossier.zip")  # fmt: skip
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "cannot write" in error
    assert "File too large" in error
    assert list((tmp_path / "out").iterdir()) == []


def test_a_large_output_passes_through_in_small_pieces(crew: Crew, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4096 * 32
    made = Artifact.objects.get(run=crew.run, artifact_type="pdf_draft")
    kept = store.keep(content)
    Artifact.objects.filter(pk=made.pk).update(digest=kept.digest, size_bytes=kept.size_bytes)
    make(version(), tmp_path / "warm.zip")
    tracemalloc.start()
    try:
        make(version(), tmp_path / "dossier.zip")
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (tmp_path / "dossier.zip").stat().st_size > len(content)
    assert peak_bytes < len(content) / 4
