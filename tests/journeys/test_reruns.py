"""Running an ended run again from a step on, with what was done before it."""

import pytest

from events.models import Event
from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, started
from workflows import runs
from workflows.errors import Contradiction, IllegalMove, UnknownThing
from workflows.models import Step
from workflows.work import Held, complete

pytestmark = pytest.mark.django_db


def prepare() -> dict[str, str]:
    """One run cancelled with a chapter in each state; one completed."""
    crew = Crew(started(book_of(3), session_id="s-1", plan_id="p-1")).up_to("edit")
    crew.claim("editor").complete(result={"score": 7})
    crew.claim("editor").reject("clarity")
    runs.cancel(crew.run, actor="zoe", reason="late")
    done = Crew(started(book_of(1)))
    done.finish()
    return {"cancelled": crew.run.public_id, "completed": done.run.public_id}


@pytest.fixture
def cancelled(prepared: dict[str, str]) -> Crew:
    """01-one passed the editor, 02-one was sent back, 03-one was written."""
    return Crew(prepared["cancelled"])


@pytest.fixture
def completed(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["completed"])


def rerun(crew: Crew, from_step: str = "") -> Crew:
    return Crew(runs.rerun(crew.fresh(), actor="zoe", from_step=from_step), worker="bob")


def test_it_is_a_new_run_begun_at_once_over_the_same_input(cancelled: Crew) -> None:
    again = rerun(cancelled)
    old, new = cancelled.fresh(), again.run
    assert new.public_id != old.public_id
    assert (new.status, new.cause, new.parent_run) == ("running", "rerun", old)
    assert new.definition_id == old.definition_id
    assert new.input_version_id == old.input_version_id
    assert (new.session_id, new.plan_id) == ("s-1", "p-1")
    assert (new.parameters, new.chain_depth) == (old.parameters, old.chain_depth)
    assert again.story() == ["created", "started"]


def test_what_was_done_upstream_is_copied_without_events_and_listed(cancelled: Crew) -> None:
    again = rerun(cancelled, "validate")
    copies = list(again.steps().exclude(reused_from=None))
    told = {(row.name, row.item, row.status, row.worker) for row in copies}
    assert told == {
        ("plan", "", "completed", "ada"),
        ("write", "01-one", "completed", "ada"),
        ("write", "03-one", "completed", "ada"),
        ("edit", "01-one", "completed", "ada"),
    }
    for row in copies:
        assert row.reused_from is not None
        assert row.reused_from.run_id == cancelled.run.pk
        assert (row.result, row.attempt) == (row.reused_from.result, row.reused_from.attempt)
    created = again.events()[0].payload
    assert created["reused"] == [
        {"step": row.pk, "reused_from": row.reused_from_id} for row in copies
    ]
    assert not Event.objects.filter(step__in=copies).exists()


def test_each_chapter_starts_where_it_stopped(cancelled: Crew) -> None:
    again = rerun(cancelled, "validate")
    assert {row[:2] for row in again.open()} == {
        ("write", "02-one"),
        ("domain_review", "01-one"),
        ("edit", "03-one"),
    }
    again.finish()
    assert again.fresh().status == "completed"


def test_the_default_is_the_first_step_not_done(cancelled: Crew) -> None:
    again = rerun(cancelled)
    assert again.events()[0].payload["from_step"] == "write"
    assert [row.name for row in again.steps().exclude(reused_from=None)] == ["plan"]
    assert again.ready() == ["write"] * 3


def test_the_artifacts_stay_the_parents_and_are_read_there(cancelled: Crew) -> None:
    again = rerun(cancelled, "validate")
    assert not again.run.artifacts.exists()
    editing = again.claim("editor")
    assert editing.item == "03-one"
    assert editing.brief["chapter"]["text"].endswith("\nRevised.\n")
    assert [one["run"] for one in editing.brief["inputs"]] == [cancelled.run.public_id]


def test_a_rerun_of_a_rerun_reads_what_the_first_run_made(cancelled: Crew) -> None:
    again = rerun(cancelled, "validate")
    runs.cancel(again.run, actor="zoe")
    third = rerun(again, "validate")
    originals = set(
        third.steps().exclude(reused_from=None).values_list("reused_from__run", flat=True)
    )
    assert originals == {cancelled.run.pk}
    claimed = third.claim("editor")
    assert claimed.brief["chapter"]["text"].endswith("\nRevised.\n")
    claimed.complete()
    assert third.finish().status == "completed"


def test_a_completed_run_needs_a_step_named(completed: Crew) -> None:
    with pytest.raises(Contradiction, match=r"name the step.*plan.*finalize"):
        rerun(completed)
    again = rerun(completed, "approve")
    assert again.open() == [("approve", "", 1, "awaiting_decision")]
    assert again.events()[-1].event_type == "gate_opened"
    assert again.finish().status == "completed"


def test_running_again_from_the_start_reuses_nothing(completed: Crew) -> None:
    again = rerun(completed, "plan")
    assert again.events()[0].payload["reused"] == []
    assert again.open() == [("plan", "", 1, "ready")]


def test_an_unknown_step_gets_the_nearest_right_one(completed: Crew) -> None:
    with pytest.raises(UnknownThing, match='no step "aprove"; did you mean "approve"'):
        rerun(completed, "aprove")
    assert not completed.run.child_runs.exists()


def test_a_run_that_has_not_ended_is_not_run_again(completed: Crew) -> None:
    again = rerun(completed, "plan")
    with pytest.raises(IllegalMove, match="running"):
        rerun(again, "plan")


def test_attempts_count_on_from_what_was_reused(cancelled: Crew) -> None:
    again = rerun(cancelled, "validate")
    while (claimed := again.claim("editor", "writer", "domain-expert")).item != "01-one":
        claimed.complete()
    claimed.reject("mechanics")
    row = again.step("write", "01-one")
    assert (row.attempt, row.status, row.reused_from_id) == (2, "ready", None)
    reused = again.step("write", "01-one", attempt=1)
    assert reused.status == "superseded"
    assert cancelled.step("write", "01-one").status == "completed"


def test_it_keeps_the_definition_of_its_parent() -> None:
    steps = [{"name": "a", "agent": "a"}, {"name": "b", "agent": "b"}]
    DefinitionFactory(type="short", steps=steps)
    crew = Crew(started(book_of(1), workflow_type="short"))
    crew.finish()
    DefinitionFactory(type="short", steps=[{"name": "z", "agent": "z"}])
    again = rerun(crew, "b")
    assert again.run.as_json()["definition_version"] == 1
    assert again.ready() == ["b"]


def test_a_failed_run_with_every_step_done_needs_a_step_named() -> None:
    DefinitionFactory(type="only", steps=[{"name": "a", "agent": "a"}])
    crew = Crew(started(book_of(1), workflow_type="only"))
    claimed = crew.claim()
    runs.pause(crew.run, actor="zoe")
    complete(Held(claimed.row(), claimed.lease, "ada"), result={})
    runs.cancel(crew.run, actor="zoe")
    with pytest.raises(Contradiction, match="name the step"):
        rerun(crew)
    assert Step.objects.filter(run__parent_run=crew.run).count() == 0
