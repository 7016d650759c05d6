"""Past rejections decided anew: what today's rules would have made of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.configs import configure
from events.models import Rejection, RoutingRule
from events.rules.changing import Change, Rank, put
from events.rules.explaining import Question
from events.rules.hindsight import review
from tests.agents import Crew
from tests.factories import DefinitionFactory, RoutingRuleFactory, book_of, started
from workflows.models import Step

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


def prepare() -> dict[str, str]:
    """Style rejections: three of `red`'s chapter by the editor, the last escalated; two at
    `blue`'s gate, one sent to the plan by its human; one of a PDF, one of clarity."""
    red, blue = book_of(1, slug="red"), book_of(2, slug="blue")
    editing = Crew(started(red)).up_to("edit")
    for _ in range(3):
        claimed = editing.claim("editor", "style-editor")
        while claimed.name != "edit":
            claimed.complete()
            claimed = editing.claim("editor", "style-editor")
        claimed.reject()
    deciding = Crew(started(blue)).up_to("approve")
    deciding.request_changes("01-one")
    deciding.up_to("approve")
    deciding.request_changes(to_step="plan")
    pdf = Crew(started(blue, workflow_type="w2")).up_to("edit_pdf")
    pdf.claim("pdf-editor").reject()
    other = Crew(started(blue, {"chapters": "02-one"})).up_to("edit")
    other.claim("editor").reject("clarity")
    return {"editing": editing.run.public_id, "deciding": deciding.run.public_id}


@pytest.fixture(autouse=True)
def ids(prepared: dict[str, str]) -> dict[str, str]:
    return prepared


@pytest.fixture
def past(run_command: Run) -> Run:
    def asked(line: str = "") -> Any:
        return run_command("route_test", "--past", "--rejection-type=style", *line.split())

    return asked


def test_by_the_rules_they_were_decided_by_nothing_changes(past: Run) -> None:
    assert past() == {
        "rejection_type": "style",
        "total": 6,
        "escalated": 1,
        "refused": 0,
        "by_handler": {"style-editor": 3, "project-manager": 1, "pdf-creator": 1},
        "by_step": {"write": 3, "plan": 1, "create_pdf": 1},
        "changed": 0,
        "why": "with these rules 3 of 6 would have gone to style-editor, 1 to pdf-creator, 1 to "
        "project-manager, 1 to a human; 0 otherwise than they did",
    }


def test_each_rejection_is_decided_as_its_own_event_tells(past: Run) -> None:
    for row in Rejection.objects.filter(rejection_type="style").select_related("event"):
        told = row.run.events.get(payload__rejection=row.pk, event_type__in=["routed", "escalated"])
        assert told.payload["escalate"] is (row.escalation_id is not None)
        assert row.handler_agent == ("" if row.escalation_id else told.payload["handler_agent"])


def test_another_handler_changes_what_it_would_have_been_sent(past: Run) -> None:
    put(Rank("style"), Change(handler_agent="polisher"))
    answer = past()
    assert answer["by_handler"] == {"polisher": 3, "project-manager": 1, "pdf-creator": 1}
    assert (answer["changed"], answer["escalated"]) == (3, 1)


@pytest.mark.parametrize(
    ("line", "escalated", "changed"),
    [
        ("--max-retries=1", 4, 3),  # of six, two at a gate: there a human has decided
        ("--max-retries=2", 2, 1),
        ("--max-retries=4", 0, 1),
    ],
)
def test_another_limit_is_tried_without_being_set(
    past: Run, line: str, escalated: int, changed: int
) -> None:
    before = list(RoutingRule.objects.values())
    answer = past(line)
    assert (answer["escalated"], answer["changed"]) == (escalated, changed)
    assert list(RoutingRule.objects.values()) == before


def test_a_books_own_limits_are_those_of_today(past: Run, ids: dict[str, str]) -> None:
    configure(Crew(ids["editing"]).run.book, "w1_editing", config={"max_retries": {"style": 1}})
    assert (past()["escalated"], past()["changed"]) == (3, 2)


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("--book=red", 3),
        ("--book=blue", 3),
        ("--workflow-type=w2", 1),
        ("--workflow-type=w1 --step=approve", 2),
        ("--step=edit", 3),
        ("--workflow-type=w1 --book=blue", 2),
    ],
)
def test_fewer_are_asked_about(past: Run, line: str, total: int) -> None:
    assert past(line)["total"] == total


def test_none_is_told_in_words(past: Run) -> None:
    answer = past("--workflow-type=w3")
    assert (answer["total"], answer["by_handler"]) == (0, {})
    assert answer["why"] == "no such rejection has been recorded"


def test_a_rule_tried_for_one_step_touches_no_other(past: Run) -> None:
    tried = past("--workflow-type=w1 --step=edit --handler=polisher --rework-step=plan")
    assert (tried["total"], tried["by_step"], tried["by_handler"]) == (
        3,
        {"plan": 2},
        {"polisher": 2},
    )
    whole = review(Question("style", "w1_editing", tried=Change(handler_agent="polisher")))
    assert whole["by_handler"] == {"polisher": 3, "project-manager": 1}  # a human named plan


def test_what_leads_nowhere_is_counted_as_refused(past: Run) -> None:
    RoutingRuleFactory(workflow_type="w1_editing", step="edit", rework_step="gone")
    answer = past()
    assert (answer["refused"], answer["changed"], answer["escalated"]) == (3, 3, 0)
    assert "3 to nobody" in answer["why"]


def test_runs_are_judged_by_the_definition_they_had(past: Run) -> None:
    steps = [
        {"name": "draft", "agent": "writer", "produces": ["layout_plan"]},
        {"name": "read", "kind": "review", "agent": "reader", "consumes": ["layout_plan"]},
    ]
    DefinitionFactory(type="small", steps=steps)
    crew = Crew(started(book_of(1), workflow_type="small")).up_to("read")
    crew.claim("reader").reject()
    DefinitionFactory(type="small", steps=[{**steps[0], "name": "sketch", "agent": "artist"},
                                           {**steps[1]}])  # fmt: skip
    answer = past("--workflow-type=small")
    assert (answer["by_step"], answer["by_handler"]) == ({"draft": 1}, {"writer": 1})
    assert answer["changed"] == 0


def test_a_thousand_more_ask_no_further_query(ids: dict[str, str]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            review(Question("style", tried=Change(max_retries=2)))
        return len(captured)

    before = queries()
    event = Rejection.objects.earliest("pk").event
    steps = list(Step.objects.filter(kind__in=["review", "gate"]))
    again = [
        Rejection(
            run_id=steps[n % len(steps)].run_id,
            step=steps[n % len(steps)],
            event=event,
            item=str(n),
            rejection_type="style",
            retry_count=1 + n % 7,
        )
        for n in range(1000)
    ]
    Rejection.objects.bulk_create(again)
    assert queries() == before
    assert review(Question("style"))["total"] == 1006
