"""Claim, heartbeat, complete, fail, release: who holds a step, and until when."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from artifacts.errors import MissingBytes
from artifacts.registry import Handed
from books.configs import configure
from events.models import Event
from tests.agents import Claimed, Crew
from tests.factories import DefinitionFactory, book_of, started
from workflows import claims, runs
from workflows.errors import Contradiction, IllegalMove, InvalidInput, StaleLease
from workflows.models import AgentBinding

pytestmark = pytest.mark.django_db
ONE_STEP = [{"name": "only", "agent": "soloist", "lease_seconds": 600, "max_attempts": 2}]


def prepare() -> dict[str, str]:
    """A run of one step; an editing run whose three chapters are ready to be written."""
    DefinitionFactory(type="one", steps=ONE_STEP)
    solo = started(book_of(1), workflow_type="one")
    writing = Crew(started(book_of(3))).up_to("write").run
    return {"solo": solo.public_id, "writing": writing.public_id}


@pytest.fixture
def solo(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["solo"])


@pytest.fixture
def writing(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["writing"])


def test_two_claims_never_get_the_same_step_and_the_oldest_comes_first(writing: Crew) -> None:
    first, second = writing.claim("writer"), writing.claim("writer", worker="bob")
    third = writing.claim("writer")
    assert [one.item for one in (first, second, third)] == ["01-one", "02-one", "03-one"]
    assert len({one.lease for one in (first, second, third)}) == 3
    assert writing.try_claim("writer") is None
    assert [row.worker for row in writing.steps().filter(name="write")] == ["ada", "bob", "ada"]


def test_the_oldest_step_of_all_runs_comes_first(solo: Crew) -> None:
    newer = started(book_of(1), workflow_type="one")
    claimed = [claims.claim(claims.Claim(("soloist",), "ada"), actor="ada") for _ in range(3)]
    of_runs = [one["brief"]["run"] if one else None for one in claimed]
    assert of_runs == [solo.run.public_id, newer.public_id, None]


def test_a_claim_gets_only_steps_of_the_agents_and_the_run_it_names(writing: Crew) -> None:
    other = Crew(started(book_of(1)))
    assert writing.try_claim("editor") is None
    assert other.try_claim("writer") is None
    assert other.claim("writer", "project-manager").name == "plan"


def test_a_claim_by_name_takes_a_step_whatever_its_binding(solo: Crew) -> None:
    AgentBinding.objects.create(agent="soloist", executor="builtin")
    assert solo.claim("soloist").row().worker == "ada"


def test_the_brief_says_all_that_is_needed(writing: Crew) -> None:
    claimed = writing.claim("writer")
    brief = claimed.brief
    told = {key: brief[key] for key in ("book", "version", "run", "workflow_type", "step",
                                        "agent", "item", "attempt", "parameters")}  # fmt: skip
    assert told == {
        "book": writing.run.book.slug,
        "version": "1.0.0",
        "run": writing.run.public_id,
        "workflow_type": "w1_editing",
        "step": "write",
        "agent": "writer",
        "item": "01-one",
        "attempt": 1,
        "parameters": {},
    }
    assert brief["chapter"]["text"] == "# Chapter 1\n\nSome words here.\n"
    assert brief["produces"] == ["chapter"]
    assert [one["artifact_type"] for one in brief["inputs"]] == ["improvement_plan"]
    assert (brief["feedback"], brief["changed_since"]) == ([], None)


@pytest.mark.parametrize("verb", ["complete", "fail", "release"])
def test_a_step_is_handed_back_once(solo: Crew, verb: str) -> None:
    claimed = solo.claim("soloist")
    getattr(claimed, verb)()
    last, status = solo.last_event(), claimed.row().status
    for again in ("complete", "fail", "release"):
        with pytest.raises(StaleLease):
            getattr(claimed, again)()
    assert solo.events(last) == []
    assert claimed.row().status == status


def test_a_failed_try_leaves_the_step_ready_until_the_last_fails_the_run(solo: Crew) -> None:
    first = solo.claim("soloist")
    answer = first.fail("no idea")
    assert (answer["status"], answer["failures"], answer["worker"]) == ("ready", 1, None)
    assert answer["attempt"] == 1
    last = solo.last_event()
    second = solo.claim("soloist")
    assert second.id == first.id
    assert second.fail("still none")["status"] == "failed"
    assert solo.story(last) == ["started only", "failed only", "failed"]
    assert solo.events()[-2].payload["reason"] == "still none"
    run = solo.fresh()
    assert (run.status, run.outcome) == ("failed", "error")
    assert "still none" in run.reason
    assert solo.open() == []


def test_a_failing_step_takes_the_other_open_steps_with_it(writing: Crew) -> None:
    other = writing.claim("writer")
    for _ in range(3):
        writing.claim("writer").fail()
    assert writing.fresh().status == "failed"
    assert other.row().status == "cancelled"
    with pytest.raises(StaleLease, match="kept as a draft"):
        other.complete()


def test_a_released_step_is_as_it_was_and_counts_no_failure(solo: Crew) -> None:
    for _ in range(5):
        claimed = solo.claim("soloist")
        answer = claimed.release("off sick")
        assert (answer["status"], answer["failures"], answer["worker"]) == ("ready", 0, None)
    assert solo.story()[-1] == "released only"
    assert solo.events()[-1].payload["reason"] == "off sick"
    assert solo.steps().count() == 1


def test_a_paused_run_hands_out_nothing_but_what_runs_may_finish(writing: Crew) -> None:
    claimed = writing.claim("writer")
    runs.pause(writing.run, actor="zoe")
    assert writing.try_claim() is None
    assert claims.claim(claims.Claim(("writer",), "bob"), actor="bob") is None
    claimed.complete()
    assert writing.step("edit", "01-one").status == "ready"
    assert writing.try_claim() is None
    runs.resume(writing.run, actor="zoe")
    assert writing.claim().item == "02-one"


def test_a_run_whose_last_step_finished_while_paused_completes_at_resume(solo: Crew) -> None:
    claimed = solo.claim("soloist")
    runs.pause(solo.run, actor="zoe")
    claimed.complete()
    assert solo.fresh().status == "paused"
    last = solo.last_event()
    assert runs.resume(solo.run, actor="zoe")["status"] == "completed"
    assert solo.story(last) == ["resumed", "completed"]


def test_what_must_be_made_is_refused_when_missing_and_nothing_is_kept(writing: Crew) -> None:
    claimed, events = writing.claim("writer"), Event.objects.count()
    with pytest.raises(Contradiction, match="not complete without chapter"):
        claimed.complete(handed=[])
    two = [Handed.of_bytes("chapter", name, b"text") for name in ("a.md", "b.md")]
    with pytest.raises(Contradiction, match="one chapter"):
        claimed.complete(handed=two)
    assert claimed.row().status == "running"
    assert Event.objects.count() == events
    assert not writing.run.artifacts.filter(artifact_type="chapter").exists()


def test_a_review_that_does_not_approve_must_reject() -> None:
    crew = Crew(started(book_of(1))).up_to("edit")
    claimed = crew.claim("editor")
    with pytest.raises(Contradiction, match="work_reject"):
        claimed.complete(result={"approved": False})
    assert claimed.complete(result={"approved": True})["result"] == {"approved": True}


@pytest.mark.parametrize("chapters", [[], "01-one", ["nosuch"], {"01-one": 1}, None])
def test_a_plan_that_names_no_chapters_of_the_version_is_refused(chapters: Any) -> None:
    crew = Crew(started(book_of(2)))
    claimed = crew.claim("project-manager")
    with pytest.raises(InvalidInput, match="chapters"):
        claimed.complete(result={"chapters": chapters})
    claimed.complete(result={"chapters": ["02-one"]})
    assert [item for _, item, _, _ in crew.open()] == ["02-one"]


def test_only_a_review_rejects(writing: Crew) -> None:
    claimed: Claimed = writing.claim("writer")
    with pytest.raises(IllegalMove, match="only a review can reject"):
        claimed.reject()
    assert claimed.row().status == "running"


def test_who_is_named_for_a_step_by_the_book_does_it() -> None:
    book = book_of(1)
    configure(book, "w1_editing", config={"agents": {"plan": "ghost"}})
    crew = Crew(started(book))
    assert crew.try_claim("project-manager") is None
    assert crew.claim("ghost").name == "plan"
    assert crew.fresh().current_agent == "ghost"


def test_a_step_whose_brief_cannot_be_made_is_put_back(store: Path) -> None:
    crew = Crew(started(book_of(1))).up_to("edit")
    shutil.rmtree(store)
    last = crew.last_event()
    with pytest.raises(MissingBytes):
        crew.claim("editor")
    assert crew.story(last) == ["started edit(01-one)", "released edit(01-one)"]
    assert crew.ready() == ["edit"]


def test_a_claim_finds_work_behind_any_number_of_runs_that_wait_for_another(db: None) -> None:
    """Of one book one run at a time is handed a version; the others are passed over."""
    bind = {"name": "bind", "agent": "binder", "makes_version": True}
    DefinitionFactory(type="bound", steps=[bind])
    book, other = book_of(1), book_of(1)
    first = Crew(started(book, workflow_type="bound")).claim("binder")
    for _ in range(101):
        started(book, workflow_type="bound")
    last = started(other, workflow_type="bound")
    found = claims.claim(claims.Claim(("binder",), "bob"), actor="bob")
    assert found["step"]["run"] == last.public_id
    assert claims.claim(claims.Claim(("binder",), "bob"), actor="bob") is None
    first.complete()
    assert claims.claim(claims.Claim(("binder",), "bob"), actor="bob")["step"]["run"] != last
