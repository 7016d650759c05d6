"""What triggers add to the end of a run: so many statements for all that do not fit, whatever their
number, and so many for each run that one starts."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.models import Book
from tests.agents import Claimed, Crew
from tests.factories import DefinitionFactory, SettingFactory, book_of, started
from triggers.models import TriggerFiring, WorkflowTrigger

pytestmark = pytest.mark.django_db
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
NOTE = ({"name": "jot", "agent": "jotter", "produces": ["improvement_plan?"]},)

COMPLETING = 18  # with those that ask which triggers and which webhooks listen
WRITTEN = 1  # all firings of an event
TOLD = 1  # the events that tell of all that fired
PER_TARGET = 10
"""What a run that is started costs: what is read to draft it, its row, first step and events."""
UNFIT: dict[str, tuple[dict[str, Any], int]] = {
    "books": ({"books": ["elsewhere"]}, 0),
    "book_types": ({"book_types": ["campaign"]}, 0),
    "settings": ({"settings": ["there"]}, 1),
    "with": ({"with": ["other"]}, 1),
    "match.outcome": ({"match": {"outcome": ["error"]}}, 0),
    "match.parameters": ({"match": {"parameters": {"words": 1}}}, 0),
    "match.has": ({"match": {"has": ["improvement_plan"]}}, 1),
    "trigger_condition": ({}, 0),
    "once": ({"with": ["other"]}, 3),
    "chain": ({}, 0),
    "limit": ({"limit": {"count": 1, "seconds": 900}}, 1),
    "target": ({"parameters": {"words": "{source.parameters.words}"}}, 0),
}
"""By the clause that decides: a config, and what it costs to ask."""
MANY = (1, 100)


def prepare() -> str:
    for name in ("note", "memo", "other"):
        DefinitionFactory(type=name, steps=NOTE)
    book = book_of(setting=SettingFactory(slug="here"))
    return book.slug


@pytest.fixture
def book(prepared: str) -> Book:
    return Book.objects.named(prepared)


def listening(count: int, name: str = "fits", **fields: Any) -> None:
    """So many triggers that take notes and start memos."""
    says = {"source_workflow_type": "note", "target_workflow_type": "memo", **fields}
    WorkflowTrigger.objects.bulk_create(
        WorkflowTrigger(name=f"{name}-{number}", **says) for number in range(count)
    )


def unfit(clause: str, count: int, book: Book) -> None:
    """So many triggers that this clause keeps from firing when the next note ends."""
    condition = "on_approve" if clause == "trigger_condition" else "on_complete"
    listening(count, clause, config=UNFIT[clause][0], trigger_condition=condition)
    if clause == "once":
        Crew(started(book, workflow_type="other")).finish()
    if clause in ("once", "limit"):
        Crew(started(book, workflow_type="note")).finish()


def ending(book: Book) -> Claimed:
    """A note that is about to end."""
    return Crew(started(book, workflow_type="note")).claim("jotter")


def statements(claimed: Claimed) -> int:
    """How many it takes to complete it, but for those that only lock what SQLite need not."""
    with CaptureQueriesContext(connection) as captured:
        claimed.complete()
    said = [query["sql"] for query in captured.captured_queries]
    return sum(not sql.startswith(CONTROL) and "NO KEY UPDATE" not in sql for sql in said)


def results() -> set[tuple[str, str]]:
    """What came of the newest event, and by which clause."""
    last = TriggerFiring.objects.all()[0].event
    rows = TriggerFiring.objects.filter(event=last).values_list("result", "reason")
    return {
        (result, reason.partition(":")[0] if result != "fired" else "") for result, reason in rows
    }


def test_nobody_listens(book: Book) -> None:
    listening(100, enabled=False)
    listening(100, "asked", trigger_condition="manual")
    listening(100, "others", source_workflow_type="other")
    assert statements(ending(book)) == COMPLETING


@pytest.mark.parametrize("count", MANY)
@pytest.mark.parametrize("clause", UNFIT)
def test_what_does_not_fit(clause: str, count: int, book: Book, settings: Any) -> None:
    unfit(clause, count, book)
    if clause == "chain":
        settings.BINDERY_CHAIN_LIMIT = 0
    asked = UNFIT[clause][1]
    assert statements(ending(book)) == COMPLETING + WRITTEN + asked
    assert results() == {("failed" if clause == "target" else "skipped", clause)}


@pytest.mark.parametrize("count", MANY)
def test_all_sorts_of_what_does_not_fit(count: int, book: Book) -> None:
    """What several clauses ask is asked once."""
    sorts = [clause for clause in UNFIT if clause not in ("chain", "with")]
    for clause in sorts:
        unfit(clause, count, book)
    once = sum(UNFIT[clause][1] for clause in sorts)
    assert statements(ending(book)) == COMPLETING + WRITTEN + once
    assert {clause for _, clause in results()} == set(sorts)


@pytest.mark.parametrize("count", [1, 10])
def test_what_fits_costs_so_much_for_each_run_it_starts(count: int, book: Book) -> None:
    listening(count)
    unfit("books", 100, book)
    expected = COMPLETING + WRITTEN + TOLD + count * PER_TARGET
    assert statements(ending(book)) == expected
    assert results() == {("fired", ""), ("skipped", "books")}
