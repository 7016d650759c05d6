"""Repeating a verb with the same key gives the first answer, and does nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from books.configs import configure
from events.models import Event, Rejection
from tests.agents import Claimed, Crew
from tests.clock import later
from tests.factories import book_of, started
from workflows import claims, runs, verdicts, work
from workflows.errors import Contradiction, IllegalMove, StaleLease
from workflows.gates import Judgement, decide
from workflows.models import IdempotencyKey, Step, WorkflowRun

pytestmark = pytest.mark.django_db
Call = Callable[..., Any]


def prepare() -> dict[str, str]:
    """Editing runs in every stage that a verb needs."""
    completed = Crew(started(book_of(1)))
    completed.finish()
    book = book_of(1)
    stages = {
        "pending": started(book, begin=False),
        "running": started(book),
        "paused": started(book),
        "writing": Crew(started(book)).up_to("write").run,
        "editing": Crew(started(book)).up_to("edit").run,
        "deciding": Crew(started(book)).up_to("approve").run,
        "completed": completed.run,
    }
    runs.pause(stages["paused"], actor="zoe")
    return {name: run.public_id for name, run in stages.items()}


class Calls:
    """Every verb once, with arguments that can be changed by `other`."""

    def __init__(self, prepared: dict[str, str]) -> None:
        self.prepared = prepared
        self.leases: dict[str, Claimed] = {}

    def run(self, stage: str) -> WorkflowRun:
        return WorkflowRun.objects.named(self.prepared[stage])

    def held(self, stage: str, key: str) -> work.Held:
        if stage not in self.leases:
            self.leases[stage] = Crew(self.run(stage)).claim()
        claimed = self.leases[stage]
        return work.Held(claimed.row(), claimed.lease, "ada", key)

    def start(self, key: str, other: str = "") -> Any:
        new = runs.NewRun("w1", self.run("running").book.slug, {"goal": other})
        return runs.start(new, actor="ada", key=key)

    def begin(self, key: str, other: str = "") -> Any:
        return runs.begin(self.run("writing" if other else "pending"), actor="ada", key=key)

    def pause(self, key: str, other: str = "") -> Any:
        return runs.pause(self.run("running"), actor="ada", reason=other, key=key)

    def resume(self, key: str, other: str = "") -> Any:
        return runs.resume(self.run("paused"), actor="ada", reason=other, key=key)

    def cancel(self, key: str, other: str = "") -> Any:
        return runs.cancel(self.run("running"), actor="ada", reason=other, key=key)

    def rerun(self, key: str, other: str = "") -> Any:
        step = other or "validate"
        return runs.rerun(self.run("completed"), actor="ada", from_step=step, key=key)

    def claim(self, key: str, other: str = "") -> Any:
        wanted = claims.Claim(("writer",), other or "ada", run=self.run("writing"))
        return claims.claim(wanted, actor="ada", key=key)

    def complete(self, key: str, other: str = "") -> Any:
        holder = self.held("writing", key)
        made = self.leases["writing"]._needed(other or "text")
        return work.complete(holder, result={}, handed=made)

    def reject(self, key: str, other: str = "") -> Any:
        verdict = verdicts.Verdict("style", other or "mend this")
        return verdicts.reject(self.held("editing", key), verdict)

    def fail(self, key: str, other: str = "") -> Any:
        return work.fail(self.held("writing", key), reason=other)

    def release(self, key: str, other: str = "") -> Any:
        return work.release(self.held("writing", key), reason=other)

    def decide(self, key: str, other: str = "") -> Any:
        judged = Judgement("approve", reason=other)
        return decide(self.run("deciding"), judged, actor="grace", key=key)


VERBS = ["start", "begin", "pause", "resume", "cancel", "rerun", "claim",
         "complete", "reject", "fail", "release", "decide"]  # fmt: skip


@pytest.fixture
def calls(prepared: dict[str, str]) -> Calls:
    return Calls(prepared)


def everything() -> tuple[Any, ...]:
    """All rows that a verb could leave."""
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (WorkflowRun, Step, Event, Rejection, IdempotencyKey)
    )


def as_json(answer: Any) -> Any:
    return json.loads(json.dumps(answer, cls=DjangoJSONEncoder))


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_key_gives_the_first_answer_and_does_nothing(calls: Calls, verb: str) -> None:
    call: Call = getattr(calls, verb)
    first = call("k-1")
    before = everything()
    assert as_json(call("k-1")) == as_json(first)
    assert everything() == before


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_key_with_other_arguments_is_refused(calls: Calls, verb: str) -> None:
    call: Call = getattr(calls, verb)
    call("k-1")
    before = everything()
    with pytest.raises(Contradiction, match='key "k-1"'):
        call("k-1", "plan" if verb == "rerun" else "other")
    assert everything() == before


@pytest.mark.parametrize("verb", ["pause", "decide", "complete"])
def test_without_a_key_a_repeated_verb_is_refused(calls: Calls, verb: str) -> None:
    call: Call = getattr(calls, verb)
    call("")
    with pytest.raises((IllegalMove, StaleLease)):
        call("")
    assert not IdempotencyKey.objects.exists()


def test_the_first_answer_stands_though_the_run_went_on(calls: Calls) -> None:
    first = calls.pause("k-1")
    runs.resume(calls.run("running"), actor="ada")
    assert as_json(calls.pause("k-1")) == as_json(first)
    assert calls.run("running").status == "running"


def test_the_first_answer_stands_though_the_same_call_would_now_be_refused(calls: Calls) -> None:
    first = calls.start("k-1")
    configure(calls.run("running").book, "w1_editing", enabled=False)
    assert as_json(calls.start("k-1")) == as_json(first)
    with pytest.raises(Contradiction, match="disabled"):
        calls.start("k-2")


def test_another_verb_under_the_same_key_is_refused(calls: Calls) -> None:
    calls.pause("k-1")
    with pytest.raises(Contradiction, match="workflow_pause"):
        calls.cancel("k-1")
    assert calls.run("running").status == "paused"


def test_keys_of_two_actors_are_two_keys(calls: Calls) -> None:
    runs.pause(calls.run("running"), actor="ada", key="k-1")
    runs.resume(calls.run("running"), actor="bob", key="k-1")
    assert calls.run("running").status == "running"
    assert IdempotencyKey.objects.count() == 2


def test_a_refusal_is_not_remembered(calls: Calls) -> None:
    run = calls.run("running")
    with pytest.raises(IllegalMove):
        runs.resume(run, actor="ada", key="k-1")
    runs.pause(run, actor="zoe")
    assert runs.resume(run, actor="ada", key="k-1")["status"] == "running"


def test_a_claim_that_found_nothing_is_not_remembered(calls: Calls) -> None:
    crew = Crew(calls.run("running"))
    assert crew.try_claim("writer", key="k-1") is None
    crew.claim("project-manager").complete()
    assert crew.claim("writer", key="k-1").name == "write"


def test_a_repeated_claim_gives_the_same_lease_and_brief(calls: Calls) -> None:
    first, again = calls.claim("k-1"), calls.claim("k-1")
    assert again["lease"] == first["lease"]
    assert as_json(again["brief"]) == as_json(first["brief"])


@pytest.mark.parametrize("end", ["complete", "fail", "release"])
def test_a_repeated_claim_whose_lease_has_ended_is_stale(calls: Calls, end: str) -> None:
    getattr(Claimed(calls.claim("k-1"), "ada"), end)()
    with pytest.raises(StaleLease):
        calls.claim("k-1")


def test_a_repeated_claim_whose_lease_ran_out_is_stale(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = calls.claim("k-1")
    later(monkeypatch, hours=2)
    work.end_lease(Step.objects.numbered(first["step"]["id"]), actor="sweeper")
    with pytest.raises(StaleLease):
        calls.claim("k-1")


def test_a_key_is_forgotten_after_a_day(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    first = calls.start("k-1")
    later(monkeypatch, hours=23.9)
    assert calls.start("k-1")["id"] == first["id"]
    later(monkeypatch, hours=0.2)
    assert calls.start("k-1", "other")["id"] != first["id"]
    assert IdempotencyKey.objects.count() == 1


def test_a_key_is_written_with_its_verb_or_not_at_all(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_: Any, **__: Any) -> None:
        raise RuntimeError("power cut")

    before = everything()
    monkeypatch.setattr(IdempotencyKey.objects, "create", torn)
    with pytest.raises(RuntimeError, match="power cut"):
        calls.pause("k-1")
    assert everything() == before


def test_a_key_from_a_variable_that_was_not_set_is_refused(refused: Callable[..., str]) -> None:
    """It would look like safety, and each repetition would do it again."""
    says = refused("workflow_begin", "wfrun_1", "--idempotency-key", "")
    assert says == "Error: --idempotency-key is empty"
