"""Agents and feedback over REST."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from artifacts.models import FeedbackItem
from artifacts.registry import Handed
from tests.agents import Crew
from tests.factories import book_of, started
from tests.rest import Program, program
from workflows.models import AgentBinding, Step
from workflows.roster import bind

pytestmark = pytest.mark.django_db


def test_who_does_an_agents_steps_is_said_and_said_otherwise() -> None:
    started(book_of(1, slug="sea"))
    operator = program("olga", "operator")
    first = operator.post("agents/", agent="writer", executor="human", workflow_type="w1")
    assert first.status_code == 201, first.json()
    assert first.json() == {
        "agent": "writer", "workflow_type": "w1_editing", "book": None, "executor": "human",
        "waiting": 0, "last_claim_at": None,
    }  # fmt: skip
    again = operator.post("agents/", agent="writer", executor="external", workflow_type="w1")
    assert (again.status_code, again.json()["executor"]) == (200, "external")
    operator.post("agents/", agent="writer", executor="builtin", book="sea")
    listed = program("vera", "viewer").get("agents/").json()["results"]
    assert [(one["book"], one["executor"]) for one in listed] == [
        ("sea", "builtin"), (None, "external")]  # fmt: skip


def test_what_waits_for_nobody_is_told_after_a_day_without_a_claim() -> None:
    bind("writer", "external")
    crew = Crew(started(book_of(3))).up_to("write")
    claimed = crew.claim("writer")
    viewer = program("vera", "viewer")

    def told() -> Any:
        return viewer.get("agents/").json()["results"][0]

    assert told()["waiting"] == 0
    assert told()["last_claim_at"].startswith(f"{claimed.row().started_at:%Y-%m-%dT%H:%M}")
    Step.objects.update(started_at=timezone.now() - timedelta(days=2))
    assert told()["waiting"] == 2
    Step.objects.update(started_at=None)
    assert told()["waiting"] == 0
    Step.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert told()["waiting"] == 2


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"executor": "robot"}, 400),
        ({"agent": ""}, 400),
        ({"agent": "a" * 101}, 400),
        ({"agent": "a\0"}, 400),
        ({"agent": None}, 400),
        ({"colour": "red"}, 400),
        ({"workflow_type": "w11"}, 404),
        ({"book": "nowhere"}, 404),
    ],
)
def test_a_wrong_binding_is_refused(wrong: dict[str, Any], status: int) -> None:
    right = {"agent": "writer", "executor": "human"}
    answer = program("olga", "operator").post("agents/", **(right | wrong))
    assert answer.status_code == status, answer.json()
    assert not AgentBinding.objects.exists()


def test_only_an_operator_binds_and_agents_do_not_look() -> None:
    body = {"agent": "writer", "executor": "human"}
    for group in ("viewer", "agent", "editor", "managing-editor"):
        assert program(group, group).post("agents/", **body).status_code == 403
    agent = program("agent", "agent")
    assert agent.get("agents/").status_code == agent.get("feedback/").status_code == 403


def asked_of(crew: Crew, *keys: str) -> None:
    """A playtest that asks these things of the first chapter."""
    items = [{"key": key, "chapter": "01-one", "severity": "high"} for key in keys]
    content = json.dumps({"items": items}).encode()
    playing = Crew(started(crew.run.book, workflow_type="w4")).up_to("feedback")
    handed = [Handed.of_bytes("playtest_feedback", "feedback.json", content)]
    playing.claim("playtest-analyst").complete(handed=handed)


def test_what_playtests_ask_is_listed() -> None:
    crew = Crew(started(book_of(1, slug="sea")))
    asked_of(crew, "dice", "luck")
    book_of(1, slug="other")
    answered = FeedbackItem.objects.get(key="luck")
    answered.answered_by_version = crew.run.input_version
    answered.save()
    viewer = program("vera", "viewer")

    def keys(**query: str) -> list[str]:
        answer = viewer.get("feedback/", **query)
        assert answer.status_code == 200, answer.json()
        return [one["key"] for one in answer.json()["results"]]

    assert keys() == keys(book="sea") == ["luck", "dice"]
    assert (keys(open="true"), keys(open="false")) == (["dice"], ["luck"])
    assert keys(book="other") == []
    for query, status in (({"open": "yes"}, 400), ({"book": "nowhere"}, 404), ({"key": "x"}, 400)):
        assert viewer.get("feedback/", **query).status_code == status


def counted(viewer: Program, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert viewer.get(path).status_code == 200
    return len(captured.captured_queries)


def test_lists_take_as_many_queries_whatever_they_hold() -> None:
    crew = Crew(started(book_of(1)))
    viewer = program("vera", "viewer")
    bind("writer", "external")
    asked_of(crew, "one")
    viewer.get("agents/")
    few = [counted(viewer, path) for path in ("agents/", "feedback/")]
    for number in range(20):
        bind(f"agent-{number}", "human", book=crew.run.book.slug)
    asked_of(crew, *(f"k{number}" for number in range(20)))
    assert [counted(viewer, path) for path in ("agents/", "feedback/")] == few
    print(f"\n{few} queries")
