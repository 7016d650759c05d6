"""A trigger of several sources fires when the last of them is done for one version, once."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from books.configs import configure
from books.models import Book
from tests.agents import Crew
from tests.chains import (
    BOUND,
    GATED,
    NOTED,
    begun,
    completed,
    firing_of,
    firings_of,
    follower,
    followers,
    made,
    newer,
    rerun,
    told,
    trigger,
    workflows,
)
from tests.factories import book_of
from triggers.changing import Change, put
from triggers.models import TriggerFiring
from workflows import runs
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
ORDERS = (("one", "two"), ("two", "one"))


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "four", "three", steps=NOTED)
    return book_of(1, slug="red")


def both(**more: Any) -> None:
    """`three` follows on `one` and `two` together."""
    trigger("both", target="three", joined=["two"], **more)


def all_of(book: Book, types: Sequence[str], **more: Any) -> list[WorkflowRun]:
    return [completed(book, workflow_type, **more) for workflow_type in types]


@pytest.mark.parametrize("order", ORDERS)
def test_the_last_of_them_fires(book: Book, order: tuple[str, str]) -> None:
    both()
    first, last = all_of(book, order)
    assert followers(first) == []
    assert told(first) == [("skipped", f"with: no {order[1]} of red 1.0.0 is done yet")]
    after = follower(last)
    assert (after.workflow_type, after.chain_depth, after.input_version) == (
        "three",
        1,
        first.input_version,
    )
    firing = firing_of(last)
    assert firing.joined_version == first.input_version
    assert firing.reason == f"run {last} completed, run {first} completed"


def test_three_wait_for_the_third(book: Book) -> None:
    trigger("all", target="three", joined=["two", "four"])
    first, second, last = all_of(book, ["four", "one", "two"])
    assert told(first) == [("skipped", "with: no one and no two of red 1.0.0 is done yet")]
    assert told(second) == [("skipped", "with: no two of red 1.0.0 is done yet")]
    assert [result for result, _ in told(last)] == ["fired"]


@pytest.mark.parametrize("again", [0, 1])
def test_it_fires_once_for_a_version_also_when_one_is_run_again(book: Book, again: int) -> None:
    both()
    done = all_of(book, ORDERS[0])
    once_more = rerun(done[again])
    said = f"once: it fired for red 1.0.0 already, from run {done[1]}"
    assert told(once_more) == [("skipped", said)]
    anew = completed(book, "two")
    assert [result for result, _ in told(anew)] == ["skipped"]
    assert WorkflowRun.objects.filter(definition__type="three").count() == 1


def test_the_next_version_is_another_occasion(book: Book) -> None:
    both()
    all_of(book, ORDERS[0])
    newer(book)
    first, last = all_of(book, ORDERS[1])
    assert told(first) == [("skipped", "with: no one of red 1.1.0 is done yet")]
    assert follower(last).input_version.number == "1.1.0"
    joined = TriggerFiring.objects.filter(result="fired").order_by("pk")
    assert [one.joined_version.number for one in joined if one.joined_version] == ["1.0.0", "1.1.0"]


def test_runs_of_other_versions_and_of_other_books_do_not_count(book: Book) -> None:
    both()
    completed(book_of(1, slug="blue"), "two")
    completed(book, "two")
    newer(book)
    first = completed(book, "one")
    assert told(first) == [("skipped", "with: no two of red 1.1.0 is done yet")]
    older = completed(book, "one", input_version="1.0.0")
    assert follower(older).input_version.number == "1.0.0"


def test_nor_do_runs_that_failed_or_are_not_done(book: Book) -> None:
    both()
    runs.cancel(begun(book, "two").run, actor="zoe", reason="enough")
    open_one = begun(book, "two")
    assert [result for result, _ in told(completed(book))] == ["skipped"]
    assert follower(open_one.finish()).workflow_type == "three"


def test_a_source_counts_for_the_version_that_it_made(book: Book) -> None:
    workflows("one", steps=BOUND)
    both()
    completed(book, "two")
    run = completed(book)
    assert told(run) == [("skipped", "with: no two of red 1.1.0 is done yet")]
    assert follower(completed(book, "two")).input_version == run.output_version


@pytest.mark.parametrize("order", ORDERS)
def test_parameters_may_ask_every_source(book: Book, order: tuple[str, str]) -> None:
    asked = {
        "one": "{source.id}",
        "two": "{with.two.id}",
        "notes": "{with.two.artifacts.release_notes.id}",
        "goals": "{source.parameters.goal} and {with.two.parameters.goal}",
    }
    both(parameters=asked)
    crews = {word: begun(book, word, parameters={"goal": f"goal of {word}"}) for word in order}
    for crew in crews.values():
        crew.claim().complete(handed=[made("release_notes")])
    notes = crews["two"].artifact("release_notes")
    assert follower(crews[order[1]].run).parameters == {
        "one": crews["one"].run.public_id,
        "two": crews["two"].run.public_id,
        "notes": notes.public_id,
        "goals": "goal of one and goal of two",
    }


def test_the_last_run_of_each_type_is_the_one_that_is_asked(book: Book) -> None:
    both(parameters={"two": "{with.two.id}"})
    first = completed(book, "two")
    again = rerun(first)
    assert follower(completed(book)).parameters == {"two": again.public_id}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("gated", ["one", "two"])
def test_on_approve_needs_an_approval_in_every_source(
    book: Book, order: tuple[str, str], gated: str
) -> None:
    workflows(gated, steps=GATED)
    both(condition="on_approve")
    done = dict(zip(order, all_of(book, order), strict=True))
    ungated = done["one" if gated == "two" else "two"]
    said = ("skipped", f"trigger_condition: no gate of run {ungated} was approved")
    assert told(done[order[1]]) == [said]
    workflows("one", "two", steps=GATED)
    newer(book)
    last = all_of(book, order)[1]
    assert follower(last).workflow_type == "three"
    assert firing_of(last).reason.endswith("approved by grace")


MATCHES = [
    ({"parameters": {"goal": "one"}}, "match.parameters: RUN was given no parameter goal"),
    ({"has": ["release_notes"]}, "match.has: RUN made no release_notes"),
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("match", "refusal"), MATCHES)
def test_what_must_match_is_asked_of_the_first_source_whoever_is_last(
    book: Book, order: tuple[str, str], match: dict[str, Any], refusal: str
) -> None:
    both(match=match)

    def all_done(fitting: str) -> tuple[Crew, Crew]:
        crews = {}
        for word in order:
            parameters = {"goal": "one"} if word == fitting else {}
            crews[word] = begun(book, word, parameters=parameters)
            handed = [made("release_notes")] if word == fitting else []
            crews[word].claim().complete(handed=handed)
        return crews["one"], crews[order[1]]

    first, last = all_done(fitting="two")
    assert told(last.run) == [("skipped", refusal.replace("RUN", f"run {first.run}"))]
    newer(book)
    _, last = all_done(fitting="one")
    assert follower(last.run).workflow_type == "three"


def test_a_target_that_could_not_start_uses_nothing_up(book: Book) -> None:
    both()
    configure(book, "three", enabled=False)
    _, last = all_of(book, ORDERS[0])
    assert [result for result, _ in told(last)] == ["failed"]
    assert firing_of(last).joined_version is None
    configure(book, "three", enabled=True)
    assert follower(rerun(last)).workflow_type == "three"


def test_several_sources_are_needed_by_requests_too_but_not_once_for_a_version(
    run_command: Run, book: Book
) -> None:
    trigger("both", target="three", joined=["two"])
    first = completed(book)
    line = ("trigger_fire", "both", "--run", first)
    answer = run_command(*line)
    assert answer["reason"] == "with: no two of red 1.0.0 is done yet"
    last = completed(book, "two")
    assert [one.result for one in firings_of(last)] == ["fired"]
    assert run_command(*line)["result"] == "fired"
    assert run_command("trigger_fire", "both", "--run", last)["result"] == "fired"
    assert [one.result for one in firings_of(rerun(first))] == ["skipped"]


def test_a_request_leaves_a_version_to_the_sources_themselves(run_command: Run, book: Book) -> None:
    trigger("both", target="three", joined=["two"])
    put("both", Change(enabled=False))
    first, last = completed(book), completed(book, "two")
    put("both", Change(enabled=True))
    assert run_command("trigger_fire", "both", "--run", last)["result"] == "fired"
    assert [one.result for one in firings_of(rerun(first))] == ["fired"]
