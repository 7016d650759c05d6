"""The law of a run: every verb in every status, and the one door through which it moves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from books.models import Book
from events.models import Event
from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, started
from workflows import runs
from workflows.errors import IllegalMove, LostRace
from workflows.lifecycle import moving, save
from workflows.models import Outcome, RunStatus, Step, WorkflowRun

pytestmark = pytest.mark.django_db
ONE_STEP = [{"name": "only", "agent": "soloist"}]


def begin(run: WorkflowRun) -> Any:
    return runs.begin(run, actor="zoe")


def pause(run: WorkflowRun) -> Any:
    return runs.pause(run, actor="zoe", reason="lunch")


def resume(run: WorkflowRun) -> Any:
    return runs.resume(run, actor="zoe")


def cancel(run: WorkflowRun) -> Any:
    return runs.cancel(run, actor="zoe", reason="not wanted")


def complete(run: WorkflowRun) -> Any:
    with moving(run.pk, actor="zoe") as held:
        held.complete(output_version=None)


def fail(run: WorkflowRun) -> Any:
    with moving(run.pk, actor="zoe") as held:
        runs.fail(held, outcome=Outcome.ERROR, reason="broken")


def rerun(run: WorkflowRun) -> Any:
    return runs.rerun(run, actor="zoe", from_step="only")


VERBS: dict[str, Callable[[WorkflowRun], Any]] = {
    verb.__name__: verb for verb in (begin, pause, resume, cancel, complete, fail)
}
LAW = {
    ("begin", "pending"): ("running", "started"),
    ("pause", "running"): ("paused", "paused"),
    ("resume", "paused"): ("running", "resumed"),
    ("fail", "running"): ("failed", "failed"),
    ("fail", "paused"): ("failed", "failed"),
    ("cancel", "pending"): ("failed", "cancelled"),
    ("cancel", "running"): ("failed", "cancelled"),
    ("cancel", "paused"): ("failed", "cancelled"),
}


def in_status(status: str) -> WorkflowRun:
    """A run of one step that came to that status by its own verbs."""
    DefinitionFactory(type="one", steps=ONE_STEP)
    run = started(book_of(1), workflow_type="one", begin=status != "pending")
    if status == "paused":
        pause(run)
    elif status == "completed":
        Crew(run).claim("soloist").complete()
    elif status == "failed":
        fail(run)
    found = WorkflowRun.objects.named(run.public_id)
    assert found.status == status
    return found


def columns(run: WorkflowRun) -> dict[str, Any]:
    return dict(WorkflowRun.objects.filter(pk=run.pk).values()[0])


@pytest.mark.parametrize("status", RunStatus.values)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_obeys_the_law_in_every_status(verb: str, status: str) -> None:
    run = in_status(status)
    crew, before = Crew(run), columns(run)
    steps, last = list(crew.steps().values()), crew.last_event()
    if law := LAW.get((verb, status)):
        VERBS[verb](run)
        target, event_type = law
        assert crew.fresh().status == target
        assert [(e.event_type, e.actor, e.step) for e in crew.events(last)] == [
            (event_type, "zoe", None)
        ]
    else:
        with pytest.raises(IllegalMove) as refusal:
            VERBS[verb](run)
        assert run.public_id in str(refusal.value)
        assert columns(run) == before
        assert list(crew.steps().values()) == steps
        assert crew.events(last) == []


@pytest.mark.parametrize("status", ["pending", "running", "paused"])
def test_only_an_ended_run_is_run_again(status: str) -> None:
    run = in_status(status)
    with pytest.raises(IllegalMove, match=status):
        rerun(run)
    assert WorkflowRun.objects.count() == 1


@pytest.mark.parametrize("status", ["completed", "failed"])
def test_a_run_again_leaves_the_ended_run_as_it_was(status: str) -> None:
    run = in_status(status)
    before, last = columns(run), Crew(run).last_event()
    assert rerun(run)["parent_run"] == run.public_id
    assert columns(run) == before
    assert Crew(run).events(last) == []


def test_a_run_completes_only_when_every_step_is_done() -> None:
    run = in_status("running")
    with pytest.raises(IllegalMove, match="steps are still open or missing"):
        complete(run)
    Crew(run).claim("soloist").complete()
    done = Crew(run).fresh()
    assert (done.status, done.outcome) == ("completed", "succeeded")
    assert done.finished_at is not None
    assert Crew(run).story()[-2:] == ["completed only", "completed"]


@pytest.mark.parametrize(("verb", "outcome"), [("fail", "error"), ("cancel", "cancelled")])
def test_ending_a_run_closes_its_steps_and_lists_them(verb: str, outcome: str) -> None:
    crew = Crew(started(book_of(3))).up_to("write")
    running = crew.claim("writer")
    still_open = set(crew.steps().filter(name="write").values_list("pk", flat=True))
    VERBS[verb](crew.run)
    ended = crew.fresh()
    assert (ended.status, ended.outcome) == ("failed", outcome)
    assert ended.reason in ("broken", "not wanted")
    assert ended.finished_at is not None
    assert ended.pause_reason == ""
    assert crew.open() == []
    assert running.row().status == "cancelled"
    assert running.row().lease_expires_at is None
    assert crew.step("plan").status == "completed"
    payload = crew.events()[-1].payload
    assert set(payload["closed"]) == still_open
    assert payload["reason"] == ended.reason


def test_ending_a_run_closes_its_rejections_and_escalations() -> None:
    crew = Crew(started(book_of(2))).up_to("edit")
    crew.claim("editor").reject()
    for _ in range(2):
        crew.claim("style-editor").complete()
        item = crew.steps().filter(name="edit", status="ready").last().item
        while (claimed := crew.claim("editor")).item != item or claimed.row().attempt == 1:
            claimed.complete()
        claimed.reject()
    assert crew.fresh().pause_reason == "escalated"
    cancel(crew.run)
    escalation, rejections = crew.run.escalations.get(), crew.run.rejections.all()
    assert (escalation.status, escalation.action) == ("resolved", "closed")
    assert escalation.resolved_by == "zoe"
    assert escalation.resolved_at is not None
    assert all(rejection.resolved for rejection in rejections)
    payload = crew.events()[-1].payload
    assert payload["closed_escalations"] == [escalation.pk]
    assert payload["closed_rejections"] == [rejection.pk for rejection in rejections]


def test_a_run_with_an_open_escalation_does_not_resume() -> None:
    DefinitionFactory(
        type="two",
        steps=[{"name": "a", "agent": "a"}, {"name": "b", "kind": "review", "agent": "b"}],
    )
    crew = Crew(started(book_of(1), workflow_type="two"))
    crew.claim("a").complete()
    crew.claim("b").reject()
    assert crew.fresh().status == "paused"
    with pytest.raises(IllegalMove, match="escalation is open"):
        resume(crew.run)
    assert crew.fresh().status == "paused"


def test_current_step_and_agent_follow_the_run_and_stay_when_it_failed() -> None:
    crew = Crew(started(book_of(2), begin=False))

    def shown() -> tuple[str | None, str | None]:
        noun = crew.fresh().as_json()
        return noun["current_step"], noun["current_agent"]

    assert shown() == ("plan", "project-manager")
    begin(crew.run)
    crew.up_to("edit")
    assert shown() == ("edit", "editor")
    crew.claim("editor").reject("clarity")
    assert shown() == ("write", "clarity-editor")
    crew.up_to("approve")
    assert shown() == ("approve", "managing-editor")
    cancel(crew.run)
    assert shown() == ("approve", "managing-editor")
    finished = Crew(started(book_of(1)))
    finished.finish()
    noun = finished.fresh().as_json()
    assert (noun["current_step"], noun["current_agent"]) == (None, None)


def test_beginning_an_editing_run_takes_a_draft_book_into_editing() -> None:
    book = book_of(1)
    run = started(book, begin=False)
    assert Book.objects.get(pk=book.pk).status == "draft"
    begin(run)
    assert Book.objects.get(pk=book.pk).status == "editing"
    published = book_of(1, status="published")
    started(published)
    assert Book.objects.get(pk=published.pk).status == "published"
    other = book_of(1)
    started(other, workflow_type="w2")
    assert Book.objects.get(pk=other.pk).status == "draft"


def test_no_status_is_assigned_outside_the_door() -> None:
    run = in_status("running")
    step = run.steps.get()
    with pytest.raises(AttributeError):
        run.status = "completed"
    with pytest.raises(AttributeError):
        step.status = "completed"


@pytest.mark.parametrize(
    "move",
    [
        lambda run, _: run.pause(pause_reason="operator"),
        lambda run, _: run.cancel(reason="", closed=[]),
        lambda _, step: step.claim(worker="ada", lease_seconds=60),
        lambda _, step: step.cancel(),
    ],
)
def test_no_verb_moves_a_row_outside_the_door(move: Any) -> None:
    run = in_status("running")
    step, events = run.steps.get(), Event.objects.count()
    with pytest.raises(IllegalMove, match="lifecycle"):
        move(run, step)
    assert columns(run)["status"] == "running"
    assert Step.objects.get(pk=step.pk).status == "ready"
    assert Event.objects.count() == events


@pytest.mark.parametrize("row", ["run", "step"])
def test_a_row_is_not_saved_outside_the_door(row: str) -> None:
    run = in_status("running")
    stale = run if row == "run" else run.steps.get()
    cancel(run)
    with pytest.raises((IllegalMove, LostRace, TypeError, ObjectDoesNotExist)):
        stale.save()
    assert WorkflowRun.objects.get(pk=run.pk).status == "failed"
    assert Step.objects.get(run=run).status == "cancelled"


def test_the_door_refuses_to_save_what_another_moved_first() -> None:
    run = in_status("running")
    stale = WorkflowRun.objects.get(pk=run.pk)
    pause(run)
    stale.reason = "from before"
    with pytest.raises(LostRace):
        save(stale)
    assert columns(run)["reason"] == "lunch"


@pytest.mark.parametrize("wrong", [{"status": "done"}, {"outcome": "great"}, {"cause": "whim"}])
def test_the_database_itself_refuses_an_illegal_word(wrong: dict[str, str]) -> None:
    run = in_status("running")
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkflowRun.objects.filter(pk=run.pk).update(**wrong)
