"""What is kept of one build for the next, and that the same book always gives the same bytes."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from artifacts import building
from artifacts.builders import pandoc, typesetter
from artifacts.registry import Handed
from tests.documents import SVG, book_of, png

ROOT = Path(__file__).parents[2]
TEXTS = {
    "01-one.md": "# One\n\nWords, [two](02-two.md#two).[^1] ![](a.svg)\n\n[^1]: Note.\n",
    "02-two.md": "# Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![Pixel](b.png)\n",
    "03-three.md": "# Three\n\n> **Example**\n> Words.\n",
}
PICTURES = {"a.svg": SVG % b"", "b.png": png()}
KINDS = ("web_html", "print_html", "pdf_draft")

BUILD = """
import hashlib, django
django.setup()
from artifacts import building
from tests.documents import book_of
from tests.rules.test_building import KINDS, PICTURES, TEXTS
for kind in KINDS:
    for file in building.build(kind, book_of(TEXTS, PICTURES)).files:
        print(file.path, hashlib.sha256(file.content).hexdigest())
"""


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Path:
    """The folder of kept builds, empty for each test."""
    folder = tmp_path / "builds"
    builds = {**settings.CACHES["builds"], "LOCATION": str(folder)}
    settings.CACHES = {**settings.CACHES, "builds": builds}
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_built_is_what_others_would_be_allowed_to_hand_in(kind: str) -> None:
    for book in (book_of(TEXTS, PICTURES), book_of("")):
        for file in building.build(kind, book).files:
            assert Handed.of_bytes(kind, file.path, file.content).path == file.path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was started: each chapter that pandoc was given, by its path, and Typst."""
    told: list[str] = []
    run = subprocess.run

    def watched(command: list[str], **options: Any) -> Any:
        given = json.loads(options.get("input", '{"chapters": [{"path": "Typst"}]}'))
        told.extend(chapter["path"] for chapter in given["chapters"])
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    return told


def in_another_process(folder: Path, data: Path, **environment: str) -> subprocess.Popen[str]:
    folder.mkdir(parents=True)
    given = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        "BINDERY_DATA": str(data),
        "TMPDIR": str(folder),
        **environment,
    }
    command = [sys.executable, "-c", BUILD]
    return subprocess.Popen(command, cwd=folder, env=given, stdout=subprocess.PIPE, text=True)


def answer_of(process: subprocess.Popen[str]) -> str:
    answer, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return answer


def test_two_processes_far_apart_give_the_same_bytes(tmp_path: Path) -> None:
    first = in_another_process(
        tmp_path / "a", tmp_path / "data-a", PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C"
    )
    second = in_another_process(
        tmp_path / "b/c", tmp_path / "data-b", PYTHONHASHSEED="2", TZ="America/Lima", HOME="/"
    )
    answer = answer_of(first)
    assert answer_of(second) == answer
    assert len(answer.splitlines()) == 4


def test_two_processes_may_build_the_same_at_once_in_the_same_place(tmp_path: Path) -> None:
    both = [in_another_process(tmp_path / name, tmp_path / "data") for name in "ab"]
    first, second = map(answer_of, both)
    assert first == second


def test_threads_may_build_the_same_at_once() -> None:
    made: list[object] = []
    book = book_of(TEXTS, PICTURES)
    threads = [
        threading.Thread(target=lambda: made.append(building.build("web_html", book)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert all(one == made[0] for one in made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_build_starts_no_program(kind: str, started: list[str]) -> None:
    first = building.build(kind, book_of(TEXTS, PICTURES))
    started.clear()
    assert building.build(kind, book_of(TEXTS, PICTURES)) == first
    assert started == []


def test_of_a_changed_book_only_the_changed_chapter_is_read(started: list[str]) -> None:
    building.build("pdf_draft", book_of(TEXTS, PICTURES))
    started.clear()
    changed = {**TEXTS, "02-two.md": "# Two, Anew\n"}
    built = building.build("pdf_draft", book_of(changed, PICTURES))
    assert started == ["02-two.md", "Typst"]
    assert built.files != building.build("pdf_draft", book_of(TEXTS, PICTURES)).files


def test_print_and_web_share_what_was_read(started: list[str]) -> None:
    building.build("web_html", book_of(TEXTS, PICTURES))
    started.clear()
    building.build("print_html", book_of(TEXTS, PICTURES))
    assert started == []


def test_a_changed_picture_changes_the_document() -> None:
    first = building.build("web_html", book_of(TEXTS, PICTURES))
    second = building.build("web_html", book_of(TEXTS, {**PICTURES, "b.png": png(9, 9)}))
    assert first.files != second.files


@pytest.mark.parametrize("damage", [b"", b"\x80", b"not a pickle", b"\0" * 1000])
@pytest.mark.parametrize("whole", [True, False])
def test_damaged_files_are_built_again(kept: Path, damage: bytes, whole: bool) -> None:
    first = building.build("web_html", book_of(TEXTS, PICTURES))
    files = list(kept.rglob("*.djcache"))
    assert len(files) == 4
    for file in files:
        content = file.read_bytes()
        file.write_bytes(damage if whole else content[:-20] + damage)
    assert building.build("web_html", book_of(TEXTS, PICTURES)) == first


def test_something_else_under_the_same_key_is_not_taken_for_a_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = book_of(TEXTS, PICTURES)
    first = building.build("web_html", book)
    caches["builds"].set(building._key("document", "web_html", book.digest), ["no", "document"])
    assert building.build("web_html", book) == first


def test_vanished_files_are_built_again(kept: Path) -> None:
    first = building.build("web_html", book_of(TEXTS, PICTURES))
    shutil.rmtree(kept)
    assert building.build("web_html", book_of(TEXTS, PICTURES)) == first


def test_where_nothing_can_be_kept_documents_are_built_all_the_same(kept: Path) -> None:
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("a file where the folder should be")
    assert building.build("web_html", book_of("# A\n")).files


def test_nothing_stays_behind_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    building.build("pdf_draft", book_of(TEXTS, PICTURES))
    assert [path.name for path in tmp_path.iterdir()] == ["builds"]


def test_a_program_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetter, "LONGEST_SECONDS", 0.01)
    with pytest.raises(building.builders.BuildError, match="Typst took more than"):
        building.build("pdf_draft", book_of("# A\n"))
    monkeypatch.setattr(pandoc, "LONGEST_SECONDS", 0.001)
    with pytest.raises(building.builders.BuildError, match=r"01-one.md: pandoc took more than"):
        building.build("pdf_draft", book_of("# B\n"))
