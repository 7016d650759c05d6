"""One rejection is one transaction of so many statements: whatever the number of chapters, of
rejections before it and of rules. docs/workflows/lifecycle.md states the same numbers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.configs import configure
from events.models import RejectionType
from tests.agents import Claimed, Crew
from tests.contracts.product import ROOT
from tests.factories import RoutingRuleFactory, book_of, started
from workflows import verdicts

pytestmark = pytest.mark.django_db
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
ROUTED, ESCALATED, BOTH, QUOTED = 16, 16, 20, 5
FEW, MANY = 3, 48


def prepare() -> dict[int, str]:
    """Runs over few and over many chapters, all of them before the join."""
    made = {}
    for count in (FEW, MANY):
        book = book_of(count)
        configure(book, "w1_editing", config={"max_retries": {"clarity": 1, "style": 10**6}})
        made[count] = Crew(started(book)).up_to("validate").run.public_id
    return made


@pytest.fixture(params=[FEW, MANY])
def judging(request: pytest.FixtureRequest, prepared: dict[int, str]) -> Crew:
    return Crew(prepared[request.param])


def statements(act: Callable[[], Any]) -> int:
    """How many, but for the one that locks the run where the transaction is not the lock."""
    with CaptureQueriesContext(connection) as captured:
        act()
    said = [query["sql"] for query in captured.captured_queries]
    return sum(not sql.startswith(CONTROL) and "NO KEY UPDATE" not in sql for sql in said)


def rejecting(claimed: Claimed, *args: Any, **more: Any) -> Callable[[], Any]:
    """The verb alone, from the step and lease that the caller has."""
    held, verdict = claimed.held(), verdicts.Verdict(*args, **more)
    return lambda: verdicts.reject(held, verdict)


def test_routing_one_chapter_or_all(judging: Crew) -> None:
    claimed = judging.claim("validator")
    assert statements(rejecting(claimed, "style", "no", items=("01-one",))) == ROUTED
    judging.up_to("validate")
    claimed = judging.claim("validator")
    assert statements(rejecting(claimed, "style", "no", items=("all",))) == ROUTED


def test_escalating_one_chapter_or_all(judging: Crew) -> None:
    claimed = judging.claim("validator")
    assert statements(rejecting(claimed, "clarity", "no", items=("all",))) == ESCALATED


def test_routing_some_and_escalating_others(judging: Crew) -> None:
    config = {"max_retries": {"style": 2}}
    configure(judging.run.book, "w1_editing", config=config)
    judging.claim("validator").reject("style", items=("02-one",))
    judging.up_to("validate")
    claimed = judging.claim("validator")
    assert statements(rejecting(claimed, "style", "no", items=("all",))) == BOTH


def test_after_many_rejections_and_among_many_rules(judging: Crew) -> None:
    for number in range(20):
        for kind in RejectionType.values:
            RoutingRuleFactory(rejection_type=kind, workflow_type=f"w{number}")
    judging.claim("validator").reject("style", items=("01-one",))
    for _ in range(15):
        judging.claim("style-editor").complete()
        claimed = judging.claim("editor")
        assert statements(rejecting(claimed, "style", "no")) == ROUTED


@pytest.mark.parametrize("number", [1, 40])
def test_passages_cost_the_reading_of_the_text_and_no_more(judging: Crew, number: int) -> None:
    judging.claim("validator").reject("style", items=("01-one",))
    judging.claim("style-editor").complete()
    places = [{"quote": "Chapter 1"}, {"chapter": "02-one", "start": 0, "end": 9}] * number
    act = rejecting(judging.claim("editor"), "style", "no", places)
    assert statements(act) == ROUTED + QUOTED


def test_the_numbers_are_those_the_page_states() -> None:
    page = (ROOT / "docs/workflows/lifecycle.md").read_text()
    stated = re.search(r"(\d+) statements\D+(\d+)\D+(\d+)\D+(\d+)", page)
    assert stated
    assert [int(number) for number in stated.groups()] == [ROUTED, ESCALATED, BOTH, QUOTED]
