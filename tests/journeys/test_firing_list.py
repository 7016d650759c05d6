"""What became of triggers, in a list and in the status of a run."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from books.configs import configure
from books.models import Book
from tests.agents import Crew
from tests.chains import completed, firings_of, follower, rerun, trigger, workflows
from tests.factories import book_of
from triggers.changing import delete
from triggers.models import TriggerFiring

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


def prepare() -> dict[str, str]:
    """`one` starts `two`, which starts `one`, where each trigger stops; and one that cannot."""
    workflows("one", "two", "three")
    book: Book = book_of(1, slug="red")
    configure(book, "three", enabled=False)
    trigger("there", source="one", target="two")
    trigger("back", source="two", target="one", match={"parameters": {"goal": 1}})
    trigger("nowhere", source="one", target="three")
    first = completed(book)
    second = Crew(follower(first)).finish()
    trigger("by-hand", source="two", target="one", condition="manual")
    return {"first": first.public_id, "second": second.public_id}


def results(answer: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["trigger"], one["result"]) for one in answer]


def test_a_terminal_shows_the_whole_reason(
    prepared: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    reason = TriggerFiring.objects.get(trigger="nowhere").reason
    assert len(reason) > 72
    call_command("firing_list")
    assert reason in capsys.readouterr().out


def test_the_newest_firing_comes_first(run_command: Run, prepared: dict[str, str]) -> None:
    answer = run_command("firing_list")
    assert results(answer) == [("back", "skipped"), ("nowhere", "failed"), ("there", "fired")]
    assert [one["id"] for one in answer] == list(TriggerFiring.objects.values_list("pk", flat=True))
    assert [(one["source_run"], one["target_run"]) for one in answer] == [
        (prepared["second"], None),
        (prepared["first"], None),
        (prepared["first"], prepared["second"]),
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("--trigger=there", ["there"]),
        ("--trigger=by-hand", []),
        ("--result=failed", ["nowhere"]),
        ("--run=first", ["nowhere", "there"]),
        ("--run=second", ["back", "there"]),
        ("--run=second --result=fired", ["there"]),
        ("--run=second --trigger=nowhere", []),
        ("--limit=2", ["back", "nowhere"]),
    ],
)
def test_it_is_filtered_and_limited(
    run_command: Run, prepared: dict[str, str], asked: str, found: list[str]
) -> None:
    for name, run in prepared.items():
        asked = asked.replace(f"--run={name}", f"--run={run}")
    assert [name for name, _ in results(run_command("firing_list", *asked.split()))] == found


def test_a_deleted_trigger_is_known_by_its_firings_alone(
    run_command: Run, refused: Run, prepared: dict[str, str]
) -> None:
    delete("there")
    delete("by-hand")
    assert results(run_command("firing_list", "--trigger=there")) == [("there", "fired")]
    assert refused("firing_list", "--trigger=by-hand").startswith('no trigger "by-hand"')


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("--trigger=ther", 'no trigger "ther"; did you mean "there"?'),
        ("--run=wfrun_1", 'no run "wfrun_1"'),
        ("--result=fierd", 'no result "fierd"; did you mean "fired"?'),
    ],
)
def test_what_nothing_goes_by_is_refused(
    refused: Run, prepared: dict[str, str], asked: str, said: str
) -> None:
    assert refused("firing_list", asked).startswith(said)


def test_the_status_of_a_run_tells_its_chain_and_what_it_set_off(
    run_command: Run, prepared: dict[str, str]
) -> None:
    run = Crew(prepared["second"]).run
    asked = run_command("trigger_fire", "by-hand", "--run", run)
    again = rerun(run)
    links = [
        {"run": prepared["first"], "workflow_type": "one", "cause": "manual", "trigger": None},
        {"run": str(run), "workflow_type": "two", "cause": "trigger", "trigger": "there"},
    ]
    after = {"run": str(again), "workflow_type": "two", "cause": "rerun", "trigger": None}
    asked_for = {"workflow_type": "one", "cause": "trigger", "trigger": "by-hand"}
    chains = {
        prepared["first"]: links[:1],
        str(run): links,
        str(again): [*links, after],
        asked["target_run"]: [*links, {"run": asked["target_run"], **asked_for}],
    }
    for one, chain in chains.items():
        status = run_command("workflow_status", one)
        assert status["chain"] == chain
        told = [firing.pk for firing in firings_of(Crew(one).run)]
        assert sorted(firing["id"] for firing in status["firings"]) == told
    assert results(run_command("workflow_status", run)["firings"]) == [
        ("by-hand", "fired"),
        ("back", "skipped"),
    ]
