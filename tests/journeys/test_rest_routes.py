"""Routing rules over REST: made, changed, deleted, and asked where a rejection would go."""

from collections.abc import Callable
from typing import Any

import pytest

from events.api.nouns import DecisionNoun, HindsightNoun, RouteNoun
from events.models import RoutingRule
from tests.agents import Crew
from tests.factories import book_of, set_up, started
from tests.nouns import strays
from tests.rest import Program, program

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


def prepare() -> str:
    """A run whose editor sent its one chapter back once."""
    set_up()
    crew = Crew(started(book_of(1, slug="red"))).up_to("edit")
    crew.claim("editor").reject()
    return crew.run.public_id


@pytest.fixture
def operator(prepared: str) -> Program:
    return program("olga", "operator")


@pytest.fixture
def rule(operator: Program) -> dict[str, Any]:
    """One for w1, with all that a rule may say."""
    answer = operator.post(
        "routes/",
        rejection_type="style",
        workflow_type="w1",
        handler_agent="style-editor",
        rework_step="write",
        max_retries=5,
        escalation_target="chief",
    )
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def test_a_rule_is_made_as_the_command_makes_it(
    operator: Program, rule: dict[str, Any], run_command: Run
) -> None:
    assert rule in run_command("route_list")
    assert strays(RouteNoun, rule) == []
    assert {**rule, "id": 0} == {
        "id": 0,
        "workflow_type": "w1_editing",
        "step": None,
        "rejection_type": "style",
        "handler_agent": "style-editor",
        "rework_step": "write",
        "max_retries": 5,
        "escalation_target": "chief",
        "enabled": True,
    }
    assert operator.get(f"routes/{rule['id']}/").json() == rule
    listed = operator.get("routes/", page_size=2).json()["results"]
    assert [one["id"] for one in listed] == sorted([one["id"] for one in listed], reverse=True)
    assert listed[0] == rule


def test_a_second_rule_of_one_rank_contradicts_the_first(
    operator: Program, rule: dict[str, Any]
) -> None:
    again = operator.post(
        "routes/", rejection_type="style", workflow_type="w1_editing", handler_agent="other"
    )
    assert (again.status_code, again.json()["code"]) == (409, "contradiction")
    assert operator.get(f"routes/{rule['id']}/").json() == rule


def test_what_a_noun_says_can_be_sent_back_but_for_its_id(operator: Program) -> None:
    default = next(
        one
        for one in operator.get("routes/").json()["results"]
        if one["rejection_type"] == "scope" and one["workflow_type"] is None
    )
    assert operator.delete(f"routes/{default.pop('id')}/").status_code == 204
    made = operator.post("routes/", **default)
    assert (made.status_code, {**made.json(), **default}) == (201, made.json())


def test_a_change_keeps_what_is_not_said(operator: Program, rule: dict[str, Any]) -> None:
    place = f"routes/{rule['id']}/"
    off = operator.patch(place, enabled=False)
    assert (off.status_code, off.json()) == (200, {**rule, "enabled": False})
    more = operator.patch(place, max_retries=7)
    assert more.json() == {**rule, "enabled": False, "max_retries": 7}
    bare = operator.patch(place, rework_step=None, enabled=True)
    assert bare.json() == {**rule, "rework_step": None, "max_retries": 7}
    assert operator.patch(place).json() == bare.json()


def test_what_is_deleted_is_gone(operator: Program, rule: dict[str, Any]) -> None:
    place = f"routes/{rule['id']}/"
    answer = operator.delete(place)
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("get", "delete"):
        assert getattr(operator, method)(place).status_code == 404
    assert operator.patch(place, enabled=True).status_code == 404
    assert not RoutingRule.objects.filter(pk=rule["id"]).exists()


@pytest.mark.parametrize("place", ["0", "-1", "x", "9" * 30, "1.5", "%00", "%F0%9F"])
def test_a_rule_that_is_not_there_is_unknown(operator: Program, place: str) -> None:
    assert operator.get(f"routes/{place}/").status_code == 404


NEW = {"rejection_type": "style", "workflow_type": "w2", "handler_agent": "x"}
WRONG: list[tuple[dict[str, Any], int]] = [
    ({"rejection_type": "stile"}, 400),
    ({"rejection_type": None}, 400),
    ({"workflow_type": "w9"}, 404),
    ({"workflow_type": "w" * 201}, 400),
    ({"workflow_type": "", "step": "edit"}, 400),
    ({"step": "edti"}, 404),
    ({"step": "layout"}, 400),
    ({"handler_agent": ""}, 400),
    ({"handler_agent": " x"}, 400),
    ({"handler_agent": None}, 400),
    ({"handler_agent": "x" * 101}, 400),
    ({"handler_agent": ["x"]}, 400),
    ({"rework_step": "wriet"}, 400),
    ({"rework_step": 5}, 400),
    ({"max_retries": 0}, 400),
    ({"max_retries": 10**30}, 400),
    ({"max_retries": "3"}, 400),
    ({"max_retries": True}, 400),
    ({"max_retries": 1.5}, 400),
    ({"escalation_target": "x" * 101}, 400),
    ({"escalation_target": "a\nb"}, 400),
    ({"enabled": "no"}, 400),
    ({"enabled": None}, 400),
    ({"handler": "x"}, 400),
]


@pytest.mark.parametrize(("said", "status"), WRONG, ids=lambda said: str(said)[:40])
def test_a_rule_that_is_not_sound_is_refused_and_leaves_no_row(
    operator: Program, said: dict[str, Any], status: int
) -> None:
    before = list(RoutingRule.objects.values())
    answer = operator.post("routes/", **{**NEW, **said})
    assert (answer.status_code, set(answer.json()) >= {"code", "detail"}) == (status, True)
    if said.keys().isdisjoint({"rejection_type", "workflow_type", "step"}):
        place = f"routes/{RoutingRule.objects.get(rejection_type='style').pk}/"
        assert operator.patch(place, **said).status_code == status
    assert list(RoutingRule.objects.values()) == before


def test_rules_are_changed_by_operators_alone(operator: Program, rule: dict[str, Any]) -> None:
    place = f"routes/{rule['id']}/"
    for group in ("viewer", "editor", "agent", "senior-editor"):
        other = program(f"one-of-{group}", group)
        assert other.post("routes/", **NEW).status_code == 403
        assert other.patch(place, enabled=False).status_code == 403
        assert other.delete(place).status_code == 403
        assert other.get("routes/").status_code == (403 if group == "agent" else 200)


STYLE = {"rejection_type": "style"}


def test_where_a_rejection_would_go_is_told_as_by_command(
    operator: Program, prepared: str, run_command: Run
) -> None:
    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({}, []),
        ({"workflow_type": "w1", "step": "edit", "retry_count": 3},
         ["--workflow-type=w1", "--step=edit", "--retry-count=3"]),
        ({"run": prepared, "step": "edit", "item": "01-one"},
         ["--run", prepared, "--step=edit", "--item=01-one"]),
        ({"workflow_type": "w1", "handler_agent": "tim", "rework_step": "plan", "max_retries": 2},
         ["--workflow-type=w1", "--handler=tim", "--rework-step=plan", "--max-retries=2"]),
    ]  # fmt: skip
    for query, options in asked:
        answer = operator.get("routes/test/", **STYLE, **query)
        assert answer.json() == run_command("route_test", "--rejection-type=style", *options)
        assert strays(DecisionNoun, answer.json()) == []
    tried = operator.get("routes/test/", **STYLE, escalation_target="boss").json()
    assert (tried["escalation_target"], tried["why"].startswith("were it set")) == ("boss", True)
    assert not RoutingRule.objects.filter(escalation_target="boss").exists()


def test_a_rule_that_is_switched_off_is_tried_as_if_it_were_on(
    operator: Program, rule: dict[str, Any]
) -> None:
    operator.patch(f"routes/{rule['id']}/", enabled=False)
    query = {**STYLE, "workflow_type": "w1", "max_retries": 9}
    assert operator.get("routes/test/", **query).json()["max_retries"] == 9


def test_the_past_is_decided_anew(operator: Program, run_command: Run) -> None:
    past = operator.get("routes/test/", **STYLE, past="true", book="red").json()
    assert past == run_command("route_test", "--rejection-type=style", "--past", "--book=red")
    assert (past["total"], strays(HindsightNoun, past)) == (1, [])


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({}, 400, "rejection_type"),
        ({**STYLE, "item": "01-one"}, 400, "item needs run"),
        ({**STYLE, "book": "red"}, 400, "book needs past"),
        ({**STYLE, "past": "true", "run": "x"}, 400, "two questions"),
        ({**STYLE, "past": "true", "retry_count": 1}, 400, "not for past"),
        ({**STYLE, "past": "yes"}, 400, "past"),
        ({**STYLE, "retry_count": "0"}, 400, "retry_count"),
        ({**STYLE, "retry_count": "9" * 5000}, 400, "retry_count"),
        ({**STYLE, "retry_count": "1.0"}, 400, "retry_count"),
        ({**STYLE, "max_retries": "1001"}, 400, "max_retries"),
        ({**STYLE, "step": "edit"}, 400, "name the workflow type too"),
        ({**STYLE, "workflow_type": "w9"}, 404, "no workflow type"),
        ({**STYLE, "run": "wfrun_x"}, 404, "no run"),
        ({**STYLE, "past": "true", "book": "rde"}, 404, 'did you mean "red"'),
        ({"type": "style"}, 400, "is not known here"),
    ],
    ids=str,
)
def test_what_does_not_go_together_or_names_nothing_is_refused(
    operator: Program, query: dict[str, Any], status: int, said: str
) -> None:
    answer = operator.get("routes/test/", **query)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.json()
