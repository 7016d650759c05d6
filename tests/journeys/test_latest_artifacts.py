"""What is the latest of a book, and where the texts of its chapters came from."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from artifacts.models import Artifact
from books import registry
from books.models import Book, BookVersion
from books.models.book import BookQuerySet
from books.write_back import write_back
from tests.agents import Crew
from tests.clock import later
from tests.factories import book_of, started, write_folder
from workflows import runs

BookManager = type(Book.objects)
pytestmark = pytest.mark.django_db


def latest(book: Book, artifact_type: str) -> list[Artifact]:
    found = Artifact.objects.filter(book=book, artifact_type=artifact_type, latest=True)
    return list(found.order_by("pk"))


def test_what_a_run_made_is_the_latest_when_it_completes_and_not_before() -> None:
    book = book_of(1)
    crew = Crew(started(book)).up_to("finalize")
    assert latest(book, "chapter") == []
    crew.finish()
    assert [made.run for made in latest(book, "release_notes")] == [crew.run]
    assert latest(book, "chapter") == [crew.artifact("chapter", "01-one")]


def test_a_run_that_waits_for_another_to_complete_completes_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, waited = timezone.now(), BookQuerySet.lock
    crew = Crew(started(book_of(1), workflow_type="w4")).up_to("feedback")
    last = crew.claim()

    def lock(self: BookQuerySet, book: Book) -> None:
        later(monkeypatch, hours=1)
        waited(self, book)

    monkeypatch.setattr(BookQuerySet, "lock", lock)
    monkeypatch.setattr(BookManager, "lock", lambda self, book: lock(self.all(), book))
    last.complete()
    assert crew.fresh().finished_at >= begun + timedelta(hours=1)


def test_of_two_runs_the_one_that_completed_last_made_the_latest() -> None:
    book = book_of(2)
    first = Crew(started(book, {"chapters": "01-one"}))
    second = Crew(started(book, {"chapters": "02-one"}))
    second.finish()
    first.finish()
    assert [made.run for made in latest(book, "release_notes")] == [first.run]
    assert {made.item for made in latest(book, "chapter")} == {"01-one", "02-one"}


def test_a_cancelled_run_leaves_the_latest_as_it_was() -> None:
    book = book_of(1)
    before = Crew(started(book)).finish()
    runs.cancel(Crew(started(book)).up_to("approve").fresh(), actor="ada")
    assert [made.run for made in latest(book, "chapter")] == [before]


def test_a_rerun_makes_what_it_reuses_the_latest() -> None:
    book = book_of(1)
    failed = Crew(started(book)).up_to("finalize")
    runs.cancel(failed.fresh(), actor="ada")
    again = Crew(runs.rerun(failed.fresh(), actor="ada"))
    again.finish()
    assert latest(book, "chapter") == [failed.artifact("chapter", "01-one")]


def test_the_chapters_of_a_version_know_the_revisions_they_came_from() -> None:
    book = book_of(2)
    crew = Crew(started(book, {"chapters": "01-one"}))
    crew.finish()
    later = Crew(started(book, {"chapters": "02-one"}))
    later.finish()
    made = {
        version.number: dict(version.chapters.values_list("slug", "made_from"))
        for version in BookVersion.objects.filter(book=book)
    }
    first = crew.artifact("chapter", "01-one").pk
    second = later.artifact("chapter", "02-one").pk
    assert made == {
        "1.0.0": {"01-one": None, "02-one": None},
        "1.1.0": {"01-one": first, "02-one": None},
        "1.2.0": {"01-one": first, "02-one": second},
    }


def test_a_snapshot_keeps_where_a_text_came_from_under_another_name_too(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"01-one.md": "# One\n\nSome words.\n"})
    book = registry.register(slug="red", title="Red", source=folder)
    crew = Crew(started(book))
    crew.finish()
    write_back(book)
    (folder / "01-one.md").rename(folder / "02-two.md")
    write_folder(folder, {"01-one.md": "# Another\n"})
    version, _ = registry.snapshot(book, force=True)
    made = dict(version.chapters.values_list("slug", "made_from"))
    assert made == {"01-one": None, "02-two": crew.artifact("chapter", "01-one").pk}
