"""A trigger that does not fit a completed run says which of its clauses decided."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from artifacts.models import Artifact
from artifacts.registry import Handed
from books.models import Book
from events.models import Event
from tests.chains import (
    NOTED,
    begun,
    completed,
    firing_of,
    follower,
    followers,
    made,
    rerun,
    told,
    trigger,
    workflows,
)
from tests.factories import BookFactory, RoutingRuleFactory, SettingFactory, book_of

pytestmark = pytest.mark.django_db
SENT_BACK = ({"name": "write", "agent": "writer", "produces": ["layout_plan", "design_plan?"]},
             {"name": "look", "kind": "review", "agent": "critic",
              "consumes": ["layout_plan"]})  # fmt: skip
GIVEN = {"goal": 1, "list": ["a", {"b": None}]}


@pytest.fixture
def book(db: None) -> Book:
    """Of a setting; another book, setting and workflow are there to be asked for."""
    workflows("one", "two", "three", steps=NOTED)
    BookFactory(slug="blue")
    SettingFactory(slug="lowlands")
    return book_of(1, slug="red", book_type="source", setting=SettingFactory(slug="highlands"))


@dataclass(frozen=True)
class Case:
    clause: str
    config: dict[str, Any]
    why: str = ""  # of what does not fit
    condition: str = "on_complete"
    chain_limit: int = 8
    parameters: dict[str, Any] = field(default_factory=lambda: GIVEN)


def matching(**asked: Any) -> dict[str, Any]:
    return {"match": asked}


REFUSED = [
    Case("books", {"books": ["blue"]}, "book red is not among blue"),
    Case("book_types", {"book_types": ["core", "campaign"]},
         "book type source is not among core, campaign"),
    Case("settings", {"settings": ["lowlands"]}, "setting highlands is not among lowlands"),
    Case("with", {"joined": ["three"]}, "no three of red 1.0.0 is done yet"),
    Case("match.outcome", matching(outcome=["rejected", "error"]),
         "the outcome of RUN succeeded is not among rejected, error"),
    Case("match.parameters", matching(parameters={"goal": True}), "goal of RUN is 1, not true"),
    Case("match.has", matching(has=["release_notes"]), "RUN made no release_notes"),
    Case("trigger_condition", {}, "no gate of RUN was approved", condition="on_approve"),
    Case("chain", {}, "RUN is at chain_depth 0; a chain goes no further than 0", chain_limit=0),
]  # fmt: skip
FITTING = [
    Case("books", {"books": ["blue", "red"]}),
    Case("book_types", {"book_types": ["source"]}),
    Case("settings", {"settings": ["lowlands", "highlands"]}),
    Case("match.outcome", matching(outcome=["succeeded"])),
    Case("match.parameters", matching(parameters={"list": ["a", {"b": None}], "goal": 1})),
    Case("chain", {}, chain_limit=1),
    Case("nothing", {"books": [], "book_types": [], "settings": [], "joined": [],
                     "match": {"outcome": [], "parameters": {}, "has": []}, "limit": {}}),
]  # fmt: skip


def name_of(case: Case) -> str:
    return case.clause


@pytest.mark.parametrize("case", REFUSED, ids=name_of)
def test_the_clause_that_does_not_hold_is_named(book: Book, settings: Any, case: Case) -> None:
    settings.BINDERY_CHAIN_LIMIT = case.chain_limit
    trigger(condition=case.condition, **case.config)
    run = completed(book, parameters=case.parameters)
    firing = firing_of(run)
    assert (firing.result, firing.target_run) == ("skipped", None)
    assert firing.reason == f"{case.clause}: {case.why}".replace("RUN", f"run {run}")
    assert followers(run) == []
    assert not Event.objects.filter(event_type="trigger_fired").exists()


@pytest.mark.parametrize("case", FITTING, ids=name_of)
def test_a_clause_that_holds_lets_it_fire(book: Book, settings: Any, case: Case) -> None:
    settings.BINDERY_CHAIN_LIMIT = case.chain_limit
    trigger(condition=case.condition, **case.config)
    assert follower(completed(book, parameters=case.parameters)).workflow_type == "two"


def test_what_the_run_made_may_be_asked_for(book: Book) -> None:
    trigger(**matching(has=["release_notes"]))
    crew = begun(book)
    crew.claim().complete(handed=[made("release_notes")])
    assert follower(crew.run).workflow_type == "two"


def test_what_a_rerun_takes_over_counts_as_made(book: Book) -> None:
    workflows("one", steps=(*NOTED, {"name": "print", "agent": "printer"}))
    trigger(parameters={"notes": "{source.artifacts.release_notes.id}"})
    crew = begun(book)
    crew.claim().complete(handed=[made("release_notes")])
    again = rerun(crew.finish(), from_step="print")
    assert follower(again).parameters == {"notes": crew.artifact("release_notes").public_id}


def test_what_was_sent_back_counts_no_more(book: Book) -> None:
    workflows("one", steps=SENT_BACK)
    RoutingRuleFactory(rejection_type="style")
    trigger(match={"has": ["design_plan"]})
    trigger("last", parameters={"plan": "{source.artifacts.layout_plan.id}"})
    crew = begun(book)
    crew.claim().complete(handed=[made("layout_plan"), made("design_plan")])
    crew.claim("critic").reject()
    crew.claim().complete(handed=[Handed.of_bytes("layout_plan", "plan.json", b"{}")])
    run = crew.finish()
    plans = Artifact.objects.filter(run=run, artifact_type="layout_plan").order_by("pk")
    assert len(plans) == 2
    assert told(run)[0] == ("skipped", f"match.has: run {run} made no design_plan")
    assert follower(run).parameters == {"plan": plans[1].public_id}


def test_a_book_of_no_setting_is_in_none_that_is_asked_for(book: Book) -> None:
    trigger(settings=["lowlands"])
    run = completed(book_of(1))
    assert firing_of(run).reason == "settings: setting (none) is not among lowlands"
