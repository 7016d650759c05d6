"""Whatever a step is handed is kept as used by it: at a claim, and at the decision of a gate."""

import pytest

from artifacts.models import Artifact, ArtifactUse
from books.models import Book
from tests.agents import Claimed, Crew
from tests.factories import DefinitionFactory, book_of, started
from workflows import executor
from workflows.errors import StaleLease, WorkflowsError
from workflows.models import Step

pytestmark = pytest.mark.django_db


def prepare() -> dict[str, str]:
    """A book that was edited once and is edited again, with a run of each later workflow."""
    book = book_of(2, slug="red")
    return {
        "edited": Crew(started(book)).finish().public_id,
        "open": Crew(started(book)).up_to("approve").run.public_id,
        "pdf": started(book, workflow_type="w2").public_id,
        "publication": Crew(started(book, workflow_type="w3")).up_to("approve").run.public_id,
    }


@pytest.fixture(autouse=True)
def ids(prepared: dict[str, str]) -> dict[str, str]:
    return prepared


def used_by(step: Step | int) -> set[str]:
    pk = step if isinstance(step, int) else step.pk
    rows = ArtifactUse.objects.filter(step=pk)
    return set(rows.values_list("artifact__public_id", flat=True))


def told(claimed: Claimed) -> list[str]:
    return [one["id"] for one in claimed.brief["inputs"]]


def test_what_a_brief_names_is_kept_as_used(ids: dict[str, str]) -> None:
    claimed = Crew(ids["pdf"]).claim("product-manager")
    assert {one["artifact_type"] for one in claimed.brief["inputs"]} == {
        "release_notes",
        "pdf_draft",
    }
    assert used_by(claimed.id) == set(told(claimed))


def test_a_claim_repeated_with_its_key_is_given_the_same_though_there_is_newer(
    ids: dict[str, str],
) -> None:
    first = Crew(ids["pdf"]).claim("product-manager", key="k-1")
    Crew(ids["open"]).finish()
    again = Crew(ids["pdf"]).claim("product-manager", key="k-1")
    assert [one["stale"] for one in first.brief["inputs"]] == [False, False]
    assert [one["stale"] for one in again.brief["inputs"]] == [True, True]  # as it is now
    for one in (*first.answer["brief"]["inputs"], *again.answer["brief"]["inputs"]):
        del one["stale"]
    assert again.answer == first.answer
    assert used_by(first.id) == set(told(first))
    fresh = Crew(started(Book.objects.named("red"), workflow_type="w2")).claim("product-manager")
    assert set(told(fresh)).isdisjoint(told(first))


def test_a_step_put_back_and_claimed_again_has_used_what_either_was_given(
    ids: dict[str, str],
) -> None:
    crew = Crew(ids["pdf"])
    first = crew.claim("product-manager")
    first.release()
    Crew(ids["open"]).finish()
    again = crew.claim("product-manager")
    assert (again.id, used_by(again.id)) == (first.id, {*told(first), *told(again)})
    assert len(used_by(again.id)) == 4


def test_a_built_in_agent_uses_what_its_brief_names() -> None:
    crew = Crew(started())
    executor.perform(crew.step("plan"), worker="machine")
    writing = crew.steps().filter(name="write")[0]
    executor.perform(writing, worker="machine")
    plans = crew.run.artifacts.filter(artifact_type="improvement_plan")
    assert used_by(writing) == {plan.public_id for plan in plans}
    assert plans


def test_the_text_that_is_to_be_mended_is_used_too() -> None:
    crew = Crew(started(book_of(1))).up_to("edit")
    text = crew.artifact("chapter", "01-one")
    crew.claim("editor").reject()
    mending = crew.claim("style-editor")
    assert mending.brief["chapter"]["digest"] == text.digest
    assert text.public_id not in told(mending)
    assert used_by(mending.id) == {*told(mending), text.public_id}


def test_a_review_that_was_shown_a_text_hears_what_changed_in_it() -> None:
    DefinitionFactory(type="shown", steps=[
        {"name": "draft", "agent": "writer", "foreach": "chapter",
         "produces": ["chapter", "design_plan"]},
        {"name": "glance", "kind": "review", "agent": "reader", "foreach": "chapter",
         "consumes": ["design_plan"]},
    ])  # fmt: skip
    crew = Crew(started(book_of(1), workflow_type="shown"))
    crew.claim("writer").complete("one two")
    crew.claim("reader").reject()
    crew.claim("style-editor").complete("one three")
    again = crew.claim("reader").brief["changed_since"]
    texts = Artifact.objects.filter(run=crew.run, artifact_type="chapter").order_by("pk")
    assert (again["from"], again["to"]) == (texts[0].digest, texts[1].digest)


@pytest.mark.parametrize("decision", ["approve", "request_changes", "reject"])
def test_a_decision_uses_what_the_gate_judged(ids: dict[str, str], decision: str) -> None:
    crew = Crew(ids["publication"])
    gate = crew.step("approve")
    assert used_by(gate) == set()
    about = {"rejection_type": "style"} if decision == "request_changes" else {}
    crew.decide(decision, reason="so it is", **about)
    assert used_by(gate) == {crew.artifact("marketing_copy").public_id}


def test_a_gate_that_judges_what_comes_from_upstream_uses_it(ids: dict[str, str]) -> None:
    DefinitionFactory(type="judged", upstream=["w1_editing"], steps=[
        {"name": "look", "kind": "review", "agent": "reader", "consumes": ["release_notes?"]},
        {"name": "approve", "kind": "gate", "role": "managing-editor"},
    ])  # fmt: skip
    crew = Crew(started(Book.objects.named("red"), workflow_type="judged")).up_to("approve")
    with pytest.raises(WorkflowsError):
        crew.decide("approve", digest="stale")
    assert used_by(crew.step("approve")) == set()
    crew.decide()
    notes = Crew(ids["edited"]).artifact("release_notes").public_id
    assert used_by(crew.step("look")) == used_by(crew.step("approve")) == {notes}


def test_a_claim_that_came_to_nothing_uses_nothing(ids: dict[str, str]) -> None:
    crew = Crew(ids["pdf"])
    claimed = crew.claim("product-manager", key="k-1")
    claimed.release()
    before = ArtifactUse.objects.count()
    with pytest.raises(StaleLease):
        crew.claim("product-manager", key="k-1")
    assert crew.try_claim("designer") is None
    assert ArtifactUse.objects.count() == before
