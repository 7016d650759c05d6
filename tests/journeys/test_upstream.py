"""What a workflow may take from upstream, as a brief offers it and as a list shows it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artifacts.models import Artifact
from books.models import Book
from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, started
from workflows import runs
from workflows.inputs import inputs_of, offered_upstream
from workflows.models import WorkflowDefinition, WorkflowRun

pytestmark = pytest.mark.django_db


def prepare() -> dict[str, str]:
    """Of one book: an editing run completed, a newer one cancelled and a newer one open."""
    book = book_of(2, slug="red")
    edited = Crew(started(book)).finish()
    called_off = Crew(started(book)).up_to("approve")
    called_off.decide()
    called_off.claim()
    register_notes(called_off)
    runs.cancel(called_off.fresh(), actor="ada")
    waiting = Crew(started(book)).up_to("finalize")
    register_notes(waiting)
    Crew(started(book_of(1, slug="blue"))).finish()
    return {"edited": edited.public_id, "open": waiting.run.public_id}


def register_notes(crew: Crew) -> None:
    """Newer notes, in a run that has not completed."""
    old = Artifact.objects.filter(artifact_type="release_notes").order_by("pk").last()
    assert old
    Artifact.objects.create(
        run=crew.run, book=crew.run.book, workflow_type="w1_editing", delivered=True,
        step=crew.steps().filter(status="completed").last(), artifact_type="release_notes",
        path=old.path, digest=old.digest, size_bytes=old.size_bytes, media_type=old.media_type,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def ids(prepared: dict[str, str]) -> dict[str, str]:
    return prepared


def offered(workflow_type: str, book: str = "red") -> list[Artifact]:
    definition = WorkflowDefinition.objects.named(workflow_type).parsed
    return list(offered_upstream(Book.objects.named(book), definition))


def types(artifacts: list[Artifact]) -> set[str]:
    return {one.artifact_type for one in artifacts}


def pdf_run() -> Crew:
    return Crew(started(Book.objects.named("red"), workflow_type="w2"))


def test_the_latest_completed_run_offers_and_no_other(
    ids: dict[str, str], run_command: Any
) -> None:
    listed = run_command("artifact_list", "--for-workflow-type=w2", "--book=red")
    assert {one["run"] for one in listed} == {ids["edited"]}
    assert {one["artifact_type"] for one in listed} == {"release_notes", "pdf_draft"}
    Crew(ids["open"]).finish()
    listed = run_command("artifact_list", "--for-workflow-type=w2_pdf", "--book=red")
    assert {one["run"] for one in listed} == {ids["open"]}


def test_a_brief_offers_just_what_the_list_shows(run_command: Any) -> None:
    listed = run_command("artifact_list", "--for-workflow-type=w2", "--book=red")
    claimed = pdf_run().claim("product-manager")
    by_id = sorted(claimed.brief["inputs"], key=lambda one: str(one["id"]))
    told = [{**one, "created_at": None} for one in by_id]
    listed = [{**one, "created_at": None} for one in sorted(listed, key=lambda one: one["id"])]
    assert told == listed


def test_the_other_filters_narrow_the_offer(run_command: Any) -> None:
    offer = ["artifact_list", "--for-workflow-type=w2", "--book=red"]
    (draft,) = run_command(*offer, "--type=pdf_draft", "--latest")
    assert draft["artifact_type"] == "pdf_draft"
    assert run_command(*offer, "--type=chapter") == []
    assert len(run_command(*offer, "--limit=1")) == 1


def test_the_run_that_completed_last_offers_not_the_one_that_began_last() -> None:
    book = book_of(1)
    early, late = Crew(started(book)), Crew(started(book))
    late.finish()
    early.finish()
    assert {one.run_id for one in offered("w2", book.slug)} == {early.run.pk}


def test_a_workflow_takes_from_each_that_is_upstream_of_it(ids: dict[str, str]) -> None:
    pdf = pdf_run().finish()
    made = {(one.run_id, one.artifact_type) for one in offered("w3")}
    edited = WorkflowRun.objects.named(ids["edited"]).pk
    assert made == {
        *((edited, one) for one in ("release_notes", "web_html")),
        *((pdf.pk, one) for one in ("pdf_digital", "pdf_print", "epub")),
    }


def test_a_rerun_offers_what_it_reused() -> None:
    pdf = pdf_run().finish()
    again = Crew(runs.rerun(pdf, actor="ada", from_step="finalize")).finish()
    owner = {one.artifact_type: one.run_id for one in offered("w3")}
    assert owner["pdf_digital"] == owner["epub"] == pdf.pk
    assert owner["pdf_print"] == again.pk


def test_what_was_made_again_is_offered_as_it_is_now() -> None:
    DefinitionFactory(type="later", upstream=["w2_pdf"], steps=[
        {"name": "read", "agent": "reader", "consumes": ["pdf_draft?"]},
    ])  # fmt: skip
    crew = pdf_run().up_to("edit_pdf")
    crew.claim("pdf-editor").reject()
    crew.finish()
    drafts = Artifact.objects.filter(run=crew.run, artifact_type="pdf_draft").order_by("pk")
    assert len(drafts) == 2
    assert offered("later") == [drafts[1]]


def test_a_step_of_a_chapter_takes_what_is_of_it_or_of_none() -> None:
    DefinitionFactory(type="translated", upstream=["w1_editing"], steps=[
        {"name": "translate", "agent": "translator", "foreach": "chapter",
         "consumes": ["chapter?", "release_notes?"]},
    ])  # fmt: skip
    run = started(Book.objects.named("red"), workflow_type="translated")
    assert len(offered("translated")) == 3
    for step in Crew(run).steps():
        taken = {(one.artifact_type, one.item) for one in inputs_of(step)}
        assert taken == {("chapter", step.item), ("release_notes", "")}


def test_what_a_step_must_have_comes_from_its_own_run_alone() -> None:
    assert types(offered("w2")) == {"release_notes", "pdf_draft"}
    assert types(offered("w1")) == set()
    crew = pdf_run().up_to("edit_pdf")
    (draft,) = crew.claim("pdf-editor").brief["inputs"]
    assert draft["run"] == crew.run.public_id


def test_a_book_without_a_completed_run_has_nothing_to_offer() -> None:
    book = book_of(1)
    Crew(started(book)).up_to("approve")
    assert offered("w2", book.slug) == []
    assert pdf_run().claim("product-manager").brief["inputs"]


def test_an_offer_costs_as_many_queries_however_much_was_made() -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert offered("w3")
        return len(captured)

    before = counted()
    Crew(started(book_of(9, slug="big"))).finish()
    for _ in range(3):
        pdf_run().finish()
    assert counted() == before
