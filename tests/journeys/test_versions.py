"""Taking, comparing, revising and writing out versions."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from books import registry
from books.errors import Conflict, Invalid
from books.export import export, place_of
from books.manuscript import read
from books.models import Book, BookVersion, Chapter, Text
from tests.factories import BookVersionFactory, write_folder
from workflows.models import WorkflowDefinition, WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
NEW_RULES = {"02-rules": "# New Rules\n\nRoll three dice.\n"}
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def book(folder: Path) -> Book:
    return registry.register(slug="red", title="Red", source=folder)


def run_of(book: Book, status: str = "completed") -> int:
    """A run of the book without steps; its id."""
    definition, _ = WorkflowDefinition.objects.get_or_create(
        type="w1_editing", version=1, defaults={"alias": "w1", "spec": {}, "digest": ""}
    )
    version = BookVersion.objects.latest_of(book)
    run = WorkflowRun(definition=definition, book=book, input_version=version, status=status)
    WorkflowRun.objects.bulk_create([run])
    return int(run.pk)


@pytest.fixture
def by_run(book: Book) -> BookVersion:
    """1.1.0, in which a completed run changed the rules."""
    base = BookVersion.objects.latest_of(book)
    return registry.revise(book, base, NEW_RULES, made_by_run_id=run_of(book))


@pytest.mark.usefixtures("book")
def test_an_unchanged_folder_is_the_version_it_equals(run_command: Run) -> None:
    answer = run_command("book_snapshot", "red")
    assert (answer["number"], answer["created"]) == ("1.0.0", False)
    assert BookVersion.objects.count() == 1


@pytest.mark.usefixtures("book")
def test_a_changed_folder_is_the_next_minor_version(folder: Path, run_command: Run) -> None:
    write_folder(folder, {"02-rules.md": "# Rules\n\nRoll six.\n"})
    answer = run_command("book_snapshot", "red")
    assert (answer["number"], answer["created"], answer["parent"]) == ("1.1.0", True, "1.0.0")
    assert run_command("book_snapshot", "red")["created"] is False
    assert Text.objects.count() == 4
    assert answer["digest"] == read(folder).digest


def test_a_folder_put_back_is_a_new_version_again(book: Book, folder: Path) -> None:
    before = (folder / "10-end.md").read_bytes()
    write_folder(folder, {"10-end.md": "x"})
    registry.snapshot(book)
    write_folder(folder, {"10-end.md": before})
    version, created = registry.snapshot(book)
    assert (version.number, created) == ("1.2.0", True)
    first = BookVersion.objects.numbered(book, "1.0.0")
    assert version.digest == first.digest


@pytest.mark.usefixtures("book")
def test_an_explicit_number_must_be_above_all_others(
    folder: Path, run_command: Run, refused: Run
) -> None:
    write_folder(folder, {"11.md": "new"})
    lower = refused("book_snapshot", "red", "--number=0.9.0")
    assert lower == "0.9.0 is not above 1.0.0, the highest there is"
    assert "no version number" in refused("book_snapshot", "red", "--number=two")
    assert run_command("book_snapshot", "red", "--number=1.10.0")["number"] == "1.10.0"
    write_folder(folder, {"12.md": "new"})
    assert run_command("book_snapshot", "red")["number"] == "1.11.0"


def test_numbers_follow_the_highest_of_any_version(book: Book, folder: Path) -> None:
    BookVersionFactory(book=book, number="1.7.3", made_by_run_id=run_of(book, "failed"))
    write_folder(folder, {"11.md": "new"})
    version, _ = registry.snapshot(book)
    assert (version.number, version.parent and version.parent.number) == ("1.8.0", "1.0.0")


def test_versions_of_failed_runs_are_nobodys_latest(book: Book, run_command: Run) -> None:
    for number in ("1.1.0", "1.2.0", "1.3.0"):
        BookVersionFactory(book=book, number=number, made_by_run_id=run_of(book, "failed"))
    assert run_command("book_info", "red")["latest_version"] == "1.0.0"
    assert run_command("book_snapshot", "red")["created"] is False
    assert BookVersion.objects.latest_of(book).number == "1.0.0"


@pytest.mark.usefixtures("by_run")
def test_a_folder_without_a_runs_changes_is_refused(
    folder: Path, refused: Run, run_command: Run
) -> None:
    write_folder(folder, {"11.md": "new"})
    complaint = refused("book_snapshot", "red")
    assert "lacks what a run changed in 1.1.0: 02-rules;" in complaint
    assert "book_export --slug red --to-source" in complaint
    (folder / "02-rules.md").unlink()
    assert "02-rules" in refused("book_snapshot", "red")
    assert run_command("book_snapshot", "red", "--force")["number"] == "1.2.0"


@pytest.mark.usefixtures("by_run")
def test_a_chapter_edited_after_the_run_is_no_loss(folder: Path, run_command: Run) -> None:
    write_folder(folder, {"02-rules.md": "Merged by hand."})
    assert run_command("book_snapshot", "red")["created"] is True


@pytest.mark.usefixtures("by_run")
def test_write_back_brings_the_runs_text_into_the_folder(folder: Path, run_command: Run) -> None:
    write_folder(folder, {"notes/new.txt": "kept"})
    (folder / "art/map.svg").unlink()
    answer = run_command("book_export", "red", "--to-source")
    assert (answer["number"], answer["to"]) == ("1.1.0", str(folder.resolve()))
    assert answer["files"] == ["02-rules.md", "art/map.svg"]
    assert (folder / "02-rules.md").read_text() == NEW_RULES["02-rules"]
    assert (folder / "art/map.svg").read_text() == "<svg/>"
    assert run_command("book_export", "red", "--to-source")["files"] == []
    (folder / "notes/new.txt").unlink()
    assert run_command("book_snapshot", "red")["created"] is False


@pytest.mark.usefixtures("by_run")
def test_write_back_spares_what_was_edited_by_hand(
    folder: Path, run_command: Run, refused: Run
) -> None:
    write_folder(folder, {"10-end.md": "edited"})
    answer = run_command("book_export", "red", "--to-source")
    assert (answer["files"], answer["edited"]) == (["02-rules.md"], ["10-end.md"])
    write_folder(folder, {"02-rules.md": "edited too"})
    complaint = refused("book_export", "red", "--to-source")
    assert complaint.startswith("edited both by hand and by a run: 02-rules.md;")
    answer = run_command("book_export", "red", "--to-source", "--force")
    assert answer["files"] == ["02-rules.md", "10-end.md"]


def test_a_revision_changes_only_the_texts_given(by_run: BookVersion, book: Book) -> None:
    base = BookVersion.objects.numbered(book, "1.0.0")
    assert (by_run.number, by_run.parent) == ("1.1.0", base)
    old, new = base.digests(), by_run.digests()
    assert [slug for slug in new if new[slug] != old[slug]] == ["02-rules"]
    assert [asset.path for asset in by_run.assets.all()] == ["README.md", "art/map.svg"]
    chapter = by_run.chapters.with_text().get(slug="02-rules")
    assert (chapter.text, chapter.title, chapter.words) == (NEW_RULES["02-rules"], "New Rules", 6)


def test_a_revision_and_a_snapshot_agree_on_the_digest(
    by_run: BookVersion, book: Book, folder: Path
) -> None:
    write_folder(folder, {"02-rules.md": NEW_RULES["02-rules"]})
    assert read(folder).digest == by_run.digest
    assert registry.snapshot(book) == (by_run, False)


def test_a_repeated_revision_is_the_same_version(book: Book) -> None:
    base, run = BookVersion.objects.latest_of(book), run_of(book, "running")
    made = registry.revise(book, base, NEW_RULES, made_by_run_id=run)
    assert registry.revise(book, base, NEW_RULES, made_by_run_id=run) == made
    again = registry.revise(book, base, NEW_RULES, made_by_run_id=run_of(book, "running"))
    assert (made.number, again.number) == ("1.1.0", "1.2.0")
    assert BookVersion.objects.latest_of(book) == base


def test_a_revision_that_changes_nothing_is_what_it_equals(by_run: BookVersion, book: Book) -> None:
    base = BookVersion.objects.numbered(book, "1.0.0")
    same = base.chapters.with_text().get(slug="02-rules").text
    other = run_of(book)
    assert registry.revise(book, base, {"02-rules": same}, made_by_run_id=other) == base
    assert registry.revise(book, base, NEW_RULES, made_by_run_id=other) == by_run
    again = registry.revise(book, by_run, {"02-rules": same}, made_by_run_id=other, same_as=[base])
    assert again == base


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ({"03": ""}, "red 1.0.0 has no chapter 03"),
        ({"02-rules": "a\0"}, "02-rules.md has a NUL"),
        ({"02-rules": "\ud800"}, "02-rules.md cannot be UTF-8"),
    ],
)
def test_a_revision_no_version_can_hold_is_refused(
    book: Book, texts: dict[str, str], complaint: str
) -> None:
    base = BookVersion.objects.latest_of(book)
    with pytest.raises(Invalid, match=complaint):
        registry.revise(book, base, texts, made_by_run_id=run_of(book))
    assert BookVersion.objects.count() == 1


def test_a_snapshot_takes_the_same_queries_however_many_chapters(
    tmp_path: Path,
) -> None:
    counts = []
    for size in (2, 60):
        folder = write_folder(tmp_path / str(size), {f"{n}.md": f"{n}" for n in range(size)})
        book = registry.register(slug=f"book-{size}", title="x", source=folder)
        write_folder(folder, {f"{n}.md": f"new {n}" for n in range(size)})
        with CaptureQueriesContext(connection) as queries:
            registry.snapshot(book)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 12


def test_a_version_made_meanwhile_is_a_conflict(
    book: Book, folder: Path, refused: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(folder, {"11.md": "new"})

    def another_first(_assets: object) -> None:
        BookVersionFactory(book=book, number="1.1.0")

    monkeypatch.setattr("books.store.keep", another_first)
    complaint = refused("book_snapshot", "red")
    assert complaint == 'another process changed book "red" meanwhile; try again'


def test_a_locked_database_is_a_conflict(book: Book) -> None:
    with pytest.raises(Conflict, match="try again"), registry.one_at_a_time(book):
        raise OperationalError("database is locked")
    with pytest.raises(OperationalError), registry.one_at_a_time(book):
        raise OperationalError("disk is full")


def test_an_asset_that_changes_while_it_is_stored_is_refused(
    book: Book, folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(folder, {"art/new.png": "old bytes"})
    manuscript = read(folder)
    monkeypatch.setattr(registry, "read", lambda _source: manuscript)
    write_folder(folder, {"art/new.png": "new bytes"})
    before = tree(store)
    with pytest.raises(Conflict, match=r"art/new\.png cannot be stored: it changed"):
        registry.snapshot(book)
    assert tree(store) == before
    assert BookVersion.objects.count() == 1


@pytest.mark.usefixtures("book")
def test_an_export_is_what_was_registered(folder: Path, tmp_path: Path, run_command: Run) -> None:
    answer = run_command("book_export", "red", "--number=1.0.0", "--to", tmp_path / "a/out")
    assert tree(tmp_path / "a/out") == tree(folder)
    assert (answer["book"], answer["number"], answer["files"]) == (
        "red",
        "1.0.0",
        sorted(tree(folder)),
    )


@given(texts=st.lists(anything, min_size=1, max_size=4), start=st.sampled_from(["", "\ufeff"]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_exported_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], start: str
) -> None:
    place = tmp_path_factory.mktemp("any")
    files = {f"part/{n}.md": f"{start}{text}\r\n{text}" for n, text in enumerate(texts)}
    folder = write_folder(place / "in", {**files, "bytes.bin": b"\xff\0" + texts[0].encode()})
    Book.objects.filter(slug="any").delete()
    book = registry.register(slug="any", title="Any", source=folder)
    export(BookVersion.objects.latest_of(book), place / "out")
    assert tree(place / "out") == tree(folder)
    assert read(place / "out").digest == read(folder).digest


@pytest.mark.usefixtures("book")
def test_export_refuses_a_folder_that_is_not_empty(
    tmp_path: Path, refused: Run, run_command: Run
) -> None:
    write_folder(tmp_path / "full", {"x": "x"})
    assert "is not an empty folder" in refused("book_export", "red", "--to", tmp_path / "full")
    assert "is not an empty folder" in refused("book_export", "red", "--to", tmp_path / "full/x")
    (tmp_path / "empty").mkdir()
    assert run_command("book_export", "red", "--to", tmp_path / "empty")["number"] == "1.0.0"


@pytest.mark.usefixtures("book")
def test_a_failed_export_leaves_nothing(tmp_path: Path, refused: Run) -> None:
    digest = hashlib.sha256(b"<svg/>").hexdigest()
    default_storage.delete(f"{digest[:2]}/{digest}")
    before = sorted(tmp_path.iterdir())
    complaint = refused("book_export", "red", "--to", tmp_path / "out")
    assert complaint == f"the bytes of {digest} are not in the store"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("path", ["../x.md", "/x.md", "a/../../x.md", "", "link/x.md"])
def test_a_path_never_leaves_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "link").symlink_to("/")
    with pytest.raises(Invalid, match="leads out of the folder"):
        place_of(tmp_path, path)


@pytest.mark.usefixtures("book")
def test_a_diff_names_what_was_added_removed_renamed_and_changed(
    folder: Path, run_command: Run, refused: Run
) -> None:
    (folder / "10-end.md").rename(folder / "12-end.md")
    write_folder(folder, {"02-rules.md": "# Rules\n\nRoll six dice.\n", "03.md": "New\n"})
    write_folder(folder, {"art/map.svg": "<svg></svg>", "art/b.svg": ""})
    run_command("book_snapshot", "red")
    answer = run_command("book_diff", "red", "--from=1.0.0", "--to=1.1.0")
    assert [answer[key] for key in ("book", "from", "to")] == ["red", "1.0.0", "1.1.0"]
    assert (answer["added"], answer["removed"]) == (["03"], [])
    assert answer["renamed"] == [{"from": "10-end", "to": "12-end"}]
    assert answer["changed"][0]["diff"].endswith("Roll [-two-]{+six+} dice.\n")
    assert answer["assets"] == {"added": ["art/b.svg"], "removed": [], "changed": ["art/map.svg"]}
    unknown = refused("book_diff", "red", "--from=1.0.0", "--to=1.2.0")
    assert unknown == 'no version of red "1.2.0"; did you mean "1.1.0"?'


def test_a_real_rulebook_passes_through_four_releases(
    razorweave: Path, tmp_path: Path, run_command: Run
) -> None:
    numbers = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]
    book = registry.register(slug="rw", title="Razorweave", source=razorweave / numbers[0])
    for number in numbers[1:]:
        registry.amend(book, source=razorweave / number)
        assert run_command("book_snapshot", "rw")["number"] == number
    for number in numbers:
        run_command("book_export", "rw", "--number", number, "--to", tmp_path / number)
        assert tree(tmp_path / number) == tree(razorweave / number)
    assert Chapter.objects.count() == 39 * 3 + 40 > Text.objects.count()
    assert run_command("book_diff", "rw", "--from=1.2.0", "--to=1.3.0")["changed"]
