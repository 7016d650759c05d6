"""Escalations over REST: what a human is shown, takes and resolves, and who may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from events.api.nouns import EscalationNoun
from events.api.packets import AbortChoice, OverrideChoice, PacketNoun, RetryChoice
from events.models import Escalation, Event
from tests.agents import Crew
from tests.factories import book_of, started
from tests.nouns import strays
from tests.rest import Program, program
from tests.waiting import given_up
from workflows.models import Step, WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
ANSWER = {"action": "retry", "resolution": "keep the table"}


def prepare() -> str:
    """A run that waits for `senior-editor`; and one that went all three rounds."""
    crew = given_up(book_of(1, slug="red"))
    rounds = Crew(started(book_of(1, slug="blue"))).up_to("edit")
    for _ in range(3):
        rounds.claim("editor").reject("mechanics", passages=[{"quote": "Some words"}])
        if rounds.fresh().status == "running":
            rounds.claim("mechanics-reviewer").complete()
    return crew.run.public_id


@pytest.fixture
def place(prepared: str) -> str:
    return f"escalations/{Escalation.objects.get(run__public_id=prepared).pk}/"


@pytest.fixture
def senior() -> Program:
    return program("sue", "senior-editor")


def test_escalations_are_listed_and_narrowed(
    prepared: str, senior: Program, run_command: Run
) -> None:
    def listed(**query: Any) -> list[str]:
        return [
            one["escalated_to"] for one in senior.get("escalations/", **query).json()["results"]
        ]

    [second, first] = senior.get("escalations/").json()["results"]
    assert [first, second] == run_command("escalation_list")
    assert strays(EscalationNoun, first) == []
    assert listed(run=prepared) == ["senior-editor"]
    assert listed(escalated_to="lead-designer") == ["lead-designer"]
    assert listed(status="resolved") == []
    assert listed(status="pending", overdue="true") == []
    assert len(listed(overdue="false")) == 2
    late = timezone.now() - timedelta(hours=1)
    Escalation.objects.filter(pk=first["id"]).update(due_at=late)
    assert listed(overdue="true") == ["senior-editor"]
    assert listed(overdue="false") == ["lead-designer"]
    for query, status in (
        ({"status": "pendign"}, 400),
        ({"overdue": "1"}, 400),
        ({"to": "senior-editor"}, 400),
        ({"escalated_to": "senior"}, 404),
        ({"run": "wfrun_x"}, 404),
    ):
        assert senior.get("escalations/", **query).status_code == status, query


def test_one_is_shown_with_all_that_is_needed_to_decide_it(
    senior: Program, run_command: Run, place: str
) -> None:
    nouns = {"retry": RetryChoice, "override": OverrideChoice, "abort": AbortChoice}
    for escalation in Escalation.objects.all():
        told = senior.get(f"escalations/{escalation.pk}/").json()
        shown = run_command("escalation_show", escalation.pk)
        waited = ("time_spent",)  # until now, in seconds
        assert {**told, **dict.fromkeys(waited)} == {**shown, **dict.fromkeys(waited)}
        choices = told.pop("choices")
        assert strays(PacketNoun, told) == ["choices"]
        assert [odd for one in choices for odd in strays(nouns[one["action"]], one)] == []
    assert [one["changed"] is None for one in told["rounds"]] == [False, False, False]
    assert told["rounds"][0]["verdicts"][0]["rejection"]["passages"][0]["quote"] == "Some words"


def test_one_takes_it_and_resolves_it_and_the_run_goes_on(
    senior: Program, place: str, prepared: str
) -> None:
    taken = senior.post(f"{place}acknowledge/")
    assert (taken.status_code, taken.json()["acknowledged_by"]) == (200, "sue")
    assert senior.post(f"{place}acknowledge/").status_code == 200
    late = program("sam", "senior-editor").post(f"{place}acknowledge/")
    assert (late.status_code, late.json()["code"]) == (409, "contradiction")
    assert "sue has escalation" in late.json()["detail"]
    done = senior.post(f"{place}resolve/", **ANSWER, to_step="plan", agent="clarity-editor")
    assert (done.status_code, done.json()["status"]) == (200, "resolved")
    assert done.json()["resolved_by"] == "sue"
    assert WorkflowRun.objects.named(prepared).status == "running"
    [step] = Step.objects.filter(run__public_id=prepared, status="ready")
    assert (step.name, step.agent) == ("plan", "clarity-editor")
    for verb, body in (("acknowledge", {}), ("resolve", ANSWER)):
        over = senior.post(f"{place}{verb}/", **body)
        assert (over.status_code, over.json()["code"]) == (409, "illegal")


def test_repeated_with_its_key_it_is_answered_as_before(senior: Program, place: str) -> None:
    for verb, body in (("acknowledge", {}), ("resolve", ANSWER)):
        first = senior.post(f"{place}{verb}/", key=verb, **body)
        count = Event.objects.count()
        again = senior.post(f"{place}{verb}/", key=verb, **body)
        assert (again.status_code, again.json()) == (200, first.json())
        assert Event.objects.count() == count
    other = senior.post(f"{place}resolve/", key="resolve", action="abort", resolution="no")
    assert (other.status_code, other.json()["code"]) == (409, "contradiction")


def test_only_whom_it_waits_for_decides_and_operators(place: str) -> None:
    for group, status in {
        "viewer": 403,
        "agent": 403,
        "lead-designer": 403,
        "editor": 200,  # nobody is in the group it waits for
        "senior-editor": 409,  # the editor has it
        "operator": 409,
    }.items():
        caller = program(f"one-of-{group}", group)
        assert caller.post(f"{place}acknowledge/").status_code == status, group
    late = program("one-of-editor", "editor").post(f"{place}resolve/", **ANSWER)
    assert (late.status_code, "senior-editor" in late.json()["detail"]) == (403, True)
    assert program("olga", "operator").post(f"{place}resolve/", **ANSWER).status_code == 200


WRONG: list[tuple[dict[str, Any], int]] = [
    ({"action": "repeat"}, 400),
    ({"action": "closed"}, 400),
    ({"action": None}, 400),
    ({"resolution": ""}, 400),
    ({"resolution": "  "}, 400),
    ({"resolution": "x" * 100_001}, 400),
    ({"resolution": {}}, 400),
    ({"to_step": "wriet"}, 400),
    ({"to_step": "x" * 201}, 400),
    ({"to_step": None}, 400),
    ({"agent": "wrietr"}, 404),
    ({"action": "override", "agent": "writer"}, 400),
    ({"reason": "x"}, 400),
]


@pytest.mark.parametrize(("said", "status"), WRONG, ids=lambda said: str(said)[:40])
def test_a_wrong_answer_is_refused_and_changes_nothing(
    senior: Program, place: str, said: dict[str, Any], status: int
) -> None:
    before = Event.objects.count()
    answer = senior.post(f"{place}resolve/", **{**ANSWER, **said})
    assert (answer.status_code, set(answer.json()) >= {"code", "detail"}) == (status, True)
    assert senior.post(f"{place}acknowledge/", **said).status_code == 400
    assert (Event.objects.count(), Escalation.objects.exclude(status="pending").count()) == (
        before,
        0,
    )


@pytest.mark.parametrize("name", ["0", "x", "-1", "9" * 30, "%00"])
def test_one_that_is_not_there_is_unknown(senior: Program, name: str) -> None:
    assert senior.get(f"escalations/{name}/").status_code == 404
    assert senior.post(f"escalations/{name}/acknowledge/").status_code == 404
    assert senior.post(f"escalations/{name}/resolve/", **ANSWER).status_code == 404
