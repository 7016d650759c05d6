"""Nobody's text is buried: what others changed meanwhile is seen at every step to a version."""

from pathlib import Path
from typing import Any

import pytest

from books import registry
from books.errors import Conflict
from books.models import Book, BookVersion
from events.working import work_off
from tests.agents import Crew
from tests.factories import DefinitionFactory, set_up, started, write_folder
from workflows import runs
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(folder: Path) -> Book:
    return registry.register(slug="red", title="Red", source=folder)


def edited_by_hand(folder: Path, book: Book, **snapshot: Any) -> BookVersion:
    write_folder(folder, {"01-welcome.md": "# Welcome\n\nEdited by hand.\n"})
    return registry.snapshot(book, **snapshot)[0]


def approved(run: WorkflowRun) -> Crew:
    """A run whose gate was approved and whose version is still to be made."""
    crew = Crew(run).up_to("")
    crew.decide()
    return crew


def test_a_chapter_edited_by_hand_after_the_approval_ends_the_run(book: Book, folder: Path) -> None:
    crew = approved(started(book, {"chapters": "01-welcome"}))
    edited_by_hand(folder, book)
    assert crew.try_claim("production-editor") is None
    run = crew.fresh()
    assert (run.status, run.outcome) == ("failed", "error")
    assert "01-welcome changed since 1.0.0 in version 1.1.0" in run.reason
    latest = BookVersion.objects.latest_of(book)
    assert latest.chapters.with_text().get(slug="01-welcome").text.endswith("by hand.\n")


def test_a_chapter_dropped_after_the_approval_ends_the_run_and_no_worker(
    book: Book, folder: Path
) -> None:
    crew = approved(started(book, {"chapters": "01-welcome"}))
    (folder / "01-welcome.md").unlink()
    registry.snapshot(book)
    work_off(until_idle=True)
    crew.try_claim("production-editor")
    assert crew.fresh().status == "failed"


def test_a_rerun_does_not_revert_what_another_run_made_since(book: Book) -> None:
    first = approved(started(book, {"chapters": "01-welcome"}))
    runs.cancel(first.run, actor="zoe")
    other = Crew(started(book, {"chapters": "01-welcome"}), worker="bob")
    other.up_to("write")
    other.claim("writer").complete("# Welcome\n\nThe other text.\n")
    assert other.finish().output_version
    again = Crew(runs.rerun(first.fresh(), actor="zoe", from_step="finalize"))
    assert again.try_claim("production-editor") is None
    assert "changed since 1.0.0" in again.fresh().reason


def test_no_snapshot_buries_a_version_that_a_run_is_making(book: Book, folder: Path) -> None:
    crew = approved(started(book, {"chapters": "02-rules"}))
    finalizing = crew.claim("production-editor")
    with pytest.raises(Conflict, match=f"run {crew.run} is making version 1.1.0"):
        edited_by_hand(folder, book)
    finalizing.complete()
    assert BookVersion.objects.latest_of(book).number == "1.1.0"
    with pytest.raises(Conflict, match="lacks what a run changed"):
        registry.snapshot(book)
    assert edited_by_hand(folder, book, force=True).number == "1.2.0"


def test_a_rerun_from_behind_the_version_makes_it_again(book: Book) -> None:
    set_up()
    DefinitionFactory(
        type="short",
        steps=[
            {"name": "write", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]},
            {"name": "bind", "agent": "binder", "makes_version": True},
            {"name": "tell", "agent": "crier"},
        ],
    )
    crew = Crew(started(book, {"chapters": "01-welcome"}, workflow_type="short"))
    crew.up_to("tell")
    runs.cancel(crew.run, actor="zoe")
    again = Crew(runs.rerun(crew.fresh(), actor="zoe", from_step="tell"))
    assert again.ready() == ["bind"]
    made = again.finish()
    assert made.output_version
    assert made.output_version == BookVersion.objects.latest_of(book)
