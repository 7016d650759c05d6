"""Triggers go neither in circles nor in storms: how often one fires, and how far a chain goes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from books.configs import configure
from books.models import Book
from tests.agents import Crew
from tests.chains import (
    begun,
    completed,
    firing_of,
    follower,
    followers,
    rerun,
    told,
    trigger,
    workflows,
)
from tests.clock import at
from tests.factories import book_of, set_up
from triggers import requests
from triggers.changing import Change, put
from triggers.models import TriggerFiring
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
TWICE_A_MINUTE = {"count": 2, "seconds": 60}
BRAKED = ("skipped", "limit: fired 2 times within 60 seconds; its limit is 2")


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "three")
    return book_of(1, slug="red")


class Runs:
    """Runs of `one`, each completed at a moment of its own."""

    def __init__(self, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
        self.book, self.monkeypatch = book, monkeypatch

    def __call__(self, *seconds: float) -> list[str]:
        """The results of firing so many seconds after noon."""
        return [told(self.at(second))[0][0] for second in seconds]

    def at(self, second: float) -> WorkflowRun:
        at(self.monkeypatch, NOON + timedelta(seconds=second))
        return completed(self.book)


@pytest.fixture
def run_at(book: Book, monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(book, monkeypatch)


def test_a_trigger_fires_no_more_often_than_its_limit(run_at: Runs) -> None:
    trigger(limit=TWICE_A_MINUTE)
    assert run_at(0, 30) == ["fired", "fired"]
    braked = run_at.at(60)
    assert told(braked) == [BRAKED]
    assert followers(braked) == []
    assert run_at(60.001, 61, 90.001) == ["fired", "skipped", "fired"]


def test_what_was_skipped_or_failed_counts_for_nothing(book: Book, run_at: Runs) -> None:
    trigger(limit={"count": 1, "seconds": 60})
    configure(book, "two", enabled=False)
    assert run_at(0, 1) == ["failed", "failed"]
    configure(book, "two", enabled=True)
    assert run_at(2, 3, 62, 62.5, 63) == ["fired", "skipped", "skipped", "fired", "skipped"]


def test_each_trigger_counts_for_itself_and_over_all_books(book: Book, run_at: Runs) -> None:
    trigger("first", limit={"count": 1, "seconds": 60})
    trigger("second", limit=TWICE_A_MINUTE)
    other = Runs(book_of(1), run_at.monkeypatch)
    results = [[result for result, _ in told(runs.at(1))] for runs in (run_at, other, run_at)]
    assert results == [["fired", "fired"], ["skipped", "fired"], ["skipped", "skipped"]]


def test_requests_count_and_are_braked_too(run_at: Runs) -> None:
    one = trigger(limit=TWICE_A_MINUTE)
    run = run_at.at(0)
    answers = [requests.fire(one, run, actor="zoe") for _ in range(2)]
    assert [(one["result"], one["reason"]) for one in answers] == [
        ("fired", f"run {run} completed"),
        BRAKED,
    ]
    assert run_at(1) == ["skipped"]


def test_a_limit_counts_what_was_fired_before_it_was_set(run_at: Runs) -> None:
    trigger()
    assert run_at(0, 1, 2) == ["fired", "fired", "fired"]
    put("one-to-two", Change(config={"limit": {"count": 3, "seconds": 60}}))
    assert run_at(3) == ["skipped"]
    put("one-to-two", Change(config={}))
    assert run_at(4) == ["fired"]


def chain_of(run: WorkflowRun) -> list[WorkflowRun]:
    """This run and all that followed, each brought to its end."""
    links = [run]
    while after := followers(links[-1]):
        assert len(after) == 1
        links.append(Crew(after[0]).finish())
    return links


def stopped(run: WorkflowRun, depth: int) -> list[tuple[str, str]]:
    why = f"run {run} is at chain_depth {depth}; a chain goes no further than {depth}"
    return [("skipped", f"chain: {why}")]


def test_a_trigger_onto_its_own_workflow_stops_at_eight(book: Book) -> None:
    trigger("again", source="one", target="one")
    links = chain_of(completed(book))
    assert [link.chain_depth for link in links] == list(range(9))
    assert told(links[-1]) == stopped(links[-1], 8)
    assert WorkflowRun.objects.count() == 9
    assert TriggerFiring.objects.filter(result="fired").count() == 8


@pytest.mark.parametrize("most", [0, 2])
def test_the_limit_is_a_setting(book: Book, settings: Any, most: int) -> None:
    settings.BINDERY_CHAIN_LIMIT = most
    trigger("there", source="one", target="two")
    trigger("back", source="two", target="one")
    links = chain_of(completed(book))
    assert len(links) == most + 1
    assert told(links[-1]) == stopped(links[-1], most)


def test_requests_go_no_further_either(book: Book, settings: Any) -> None:
    settings.BINDERY_CHAIN_LIMIT = 1
    one = trigger("again", source="one", target="one")
    last = chain_of(completed(book))[-1]
    answer = requests.fire(one, last, actor="zoe")
    assert [(answer["result"], answer["reason"])] == stopped(last, 1)


def test_the_shipped_workflows_in_a_circle_stop_at_the_limit(settings: Any) -> None:
    settings.BINDERY_CHAIN_LIMIT = 3
    set_up()
    trigger("w1-to-w2", source="w1", target="w2")
    trigger("w2-to-w1", source="w2", target="w1", condition="on_approve", input_version="latest")
    links = chain_of(completed(book_of(2), "w1"))
    assert [link.workflow_type for link in links] == ["w1_editing", "w2_pdf"] * 2
    assert [link.outcome for link in links] == ["succeeded"] * 4
    assert [link.input_version.number for link in links] == ["1.0.0", "1.1.0", "1.1.0", "1.2.0"]
    assert [told(link)[0][0] for link in links] == ["fired", "fired", "fired", "skipped"]
    assert told(links[-1]) == stopped(links[-1], 3)
    assert WorkflowRun.objects.count() == 4


def test_a_rerun_keeps_the_depth_of_its_parent(book: Book, settings: Any) -> None:
    settings.BINDERY_CHAIN_LIMIT = 2
    trigger("again", source="one", target="one")
    links = chain_of(completed(book))
    middle, last = rerun(links[1]), rerun(links[2])
    assert (middle.chain_depth, follower(middle).chain_depth) == (1, 2)
    assert (last.cause, last.chain_depth) == ("rerun", 2)
    assert told(last) == stopped(last, 2)


def test_what_a_person_starts_begins_a_chain_of_its_own(book: Book, settings: Any) -> None:
    settings.BINDERY_CHAIN_LIMIT = 1
    trigger("again", source="one", target="one")
    chain_of(completed(book))
    anew = begun(book)
    assert anew.run.chain_depth == 0
    assert firing_of(anew.finish()).result == "fired"


def test_parameters_do_not_grow_from_run_to_run_without_end(book: Book) -> None:
    trigger("echo", target="one", parameters={"word": "{source.parameters.word}" * 1000})
    first = completed(book, parameters={"word": "x" * 100})
    second = Crew(follower(first)).finish()
    assert len(second.parameters["word"]) == 100_000
    assert told(second) == [("failed", "target: its names stand for more than 1000000 characters")]
