"""Artifacts of a real rulebook, found again by the workflow that comes next."""

from pathlib import Path
from typing import Any

import pytest

from artifacts.models import Artifact
from artifacts.registry import Handed
from books.models import Book
from tests.agents import Claimed, Crew
from tests.contents import content_of
from tests.factories import started
from workflows import runs
from workflows.outputs import add

pytestmark = pytest.mark.django_db
CHAPTERS = {"chapters": "10-combat-basics,14-skills-system-overview"}
TAKEN = {"release_notes", "pdf_draft"}


@pytest.fixture
def book(razorweave: Path, run_command: Any) -> Book:
    """The first release, registered."""
    run_command("seed")
    run_command("book_register", "--slug", "razorweave", "--title", "Razorweave",
                "--source", razorweave / "1.0.0" / "chapters")  # fmt: skip
    return Book.objects.named("razorweave")


def editing(book: Book) -> Crew:
    return Crew(started(book, CHAPTERS))


def hand_in_notes(crew: Crew) -> Claimed:
    """The step that makes the documents, in hand, with notes and a draft registered already."""
    crew.up_to("").decide()
    claimed = crew.claim("production-editor")
    for artifact_type in sorted(TAKEN):
        made = Handed.of_bytes(artifact_type, *content_of(artifact_type))
        add(crew.run, made, actor=crew.worker, step_id=str(claimed.id), lease=claimed.lease)
    return claimed


def test_a_pdf_run_is_offered_what_the_latest_completed_editing_run_made(
    book: Book, run_command: Any
) -> None:
    first, second = editing(book).finish(), editing(book).finish()
    called_off = editing(book)
    hand_in_notes(called_off)
    runs.cancel(called_off.fresh(), actor="grace")
    waiting = editing(book)
    claimed = hand_in_notes(waiting)
    newest = Artifact.objects.filter(book=book, artifact_type="release_notes").order_by("pk").last()
    assert newest
    assert newest.run == waiting.run

    brief = Crew(started(book, workflow_type="w2")).claim("product-manager").brief
    assert {one["artifact_type"] for one in brief["inputs"]} == TAKEN
    assert {one["run"] for one in brief["inputs"]} == {second.public_id}
    assert {one["book_version"] for one in brief["inputs"]} == {"1.2.0"}
    listed = run_command("artifact_list", "--for-workflow-type", "w2", "--book", "razorweave")
    assert {one["id"] for one in listed} == {one["id"] for one in brief["inputs"]}
    latest = run_command("artifact_list", "--book", "razorweave", "--latest", "--status",
                         "completed", "--type", "release_notes")  # fmt: skip
    assert [one["run"] for one in latest] == [second.public_id]
    assert first.public_id not in {one["run"] for one in listed}

    claimed.complete()
    brief = Crew(started(book, workflow_type="w2")).claim("product-manager").brief
    assert {one["run"] for one in brief["inputs"]} == {waiting.run.public_id}
