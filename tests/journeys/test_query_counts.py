"""The number of queries does not grow with the number of chapters or rows."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artifacts.registry import Handed
from tests.agents import Crew
from tests.factories import RoutingRuleFactory, book_of, started
from workflows import runs
from workflows.roster import bind
from workflows.status import run_status

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 30


def prepare() -> dict[int, dict[str, str]]:
    """Runs over few and over many chapters, in the stages that matter."""
    made: dict[int, dict[str, str]] = {}
    for count in (FEW, MANY):
        crew = Crew(started(book_of(count))).up_to("edit")
        other = started(crew.run.book)
        chapters = (
            {} if count == FEW else {"chapters": ",".join(f"{n:02}-one" for n in range(1, 13))}
        )
        judging = Crew(started(crew.run.book, chapters)).up_to("validate").run
        made[count] = {
            "editing": crew.run.public_id,
            "planning": other.public_id,
            "judging": judging.public_id,
        }
    return made


def queries(act: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured.captured_queries]


def same_for_both(prepared: Any, stage: str, get_act: Callable[[Crew], Callable[[], Any]]) -> None:
    """`get_act` readies a run and answers the act that is counted."""
    few, many = (queries(get_act(Crew(prepared[count][stage]))) for count in (FEW, MANY))
    assert few
    assert len(few) == len(many), f"{len(few)} and {len(many)}"


def test_claiming(prepared: Any) -> None:
    same_for_both(prepared, "editing", lambda crew: lambda: crew.claim("editor"))


def test_completing_a_chapter(prepared: Any) -> None:
    same_for_both(prepared, "editing", lambda crew: crew.claim("editor").complete)


def test_completing_the_plan_that_makes_all_chapters_ready(prepared: Any) -> None:
    same_for_both(prepared, "planning", lambda crew: crew.claim("project-manager").complete)


def test_rejecting_a_chapter(prepared: Any) -> None:
    same_for_both(prepared, "editing", lambda crew: crew.claim("editor").reject)


def test_rejecting_one_chapter_at_the_join(prepared: Any) -> None:
    def ready(crew: Crew) -> Callable[[], Any]:
        claimed = crew.up_to("validate").claim("validator")
        return lambda: claimed.reject(items=("02-one",))

    same_for_both(prepared, "judging", ready)


def test_claiming_the_join_again(prepared: Any) -> None:
    def ready(crew: Crew) -> Callable[[], Any]:
        items = [item for item in crew.run.progress.chapters if item != "01-one"]
        crew.up_to("validate").claim("validator").reject(items=tuple(items))
        crew.up_to("validate")
        return lambda: crew.claim("validator").brief["changed_since"]["chapters"][items[-1]]

    same_for_both(prepared, "judging", ready)


def test_claiming_the_chapter_that_is_mended(prepared: Any) -> None:
    def ready(crew: Crew) -> Callable[[], Any]:
        crew.claim("editor").reject()
        return lambda: crew.claim("style-editor").brief["changed_since"]["diff"]

    same_for_both(prepared, "editing", ready)


def test_failing_and_releasing_a_step(prepared: Any) -> None:
    same_for_both(prepared, "editing", lambda crew: crew.claim("editor").fail)
    same_for_both(prepared, "editing", lambda crew: crew.claim("editor").release)


def test_pausing_and_cancelling_a_run(prepared: Any) -> None:
    same_for_both(prepared, "editing", lambda crew: lambda: runs.pause(crew.run, actor="zoe"))
    same_for_both(prepared, "editing", lambda crew: lambda: runs.cancel(crew.run, actor="zoe"))


def test_deciding_a_gate_and_finishing(prepared: Any) -> None:
    same_for_both(prepared, "judging", lambda crew: crew.up_to("approve").decide)


def test_running_again(prepared: Any) -> None:
    def ready(crew: Crew) -> Callable[[], Any]:
        runs.cancel(crew.run, actor="zoe")
        return lambda: runs.rerun(crew.fresh(), actor="zoe", from_step="validate")

    same_for_both(prepared, "editing", ready)


def asking(crew: Crew) -> tuple[list[str], Callable[[], Any]]:
    """A playtest about to ask one thing of each chapter: the keys, and what makes it ask."""
    slugs = crew.run.input_version.chapters.values_list("slug", flat=True)
    items = [{"key": f"k-{slug}", "chapter": slug} for slug in slugs]
    content = json.dumps({"items": items}).encode()
    handed = [Handed.of_bytes("playtest_feedback", "feedback.json", content)]
    playing = Crew(started(crew.run.book, workflow_type="w4")).up_to("feedback")
    claimed = playing.claim("playtest-analyst")
    return [item["key"] for item in items], lambda: claimed.complete(handed=handed)


def asked(crew: Crew) -> list[str]:
    """The keys of what a playtest asks, one thing of each chapter."""
    keys, ask = asking(crew)
    ask()
    return keys


def planning(crew: Crew) -> Callable[[], Any]:
    keys = asked(crew)
    return lambda: crew.claim("project-manager").complete(result={"answers": keys})


def test_completing_a_playtest(prepared: Any) -> None:
    same_for_both(prepared, "planning", lambda crew: asking(crew)[1])


def test_planning_what_playtests_ask(prepared: Any) -> None:
    same_for_both(prepared, "planning", planning)


def test_claiming_a_chapter_that_was_planned(prepared: Any) -> None:
    def ready(crew: Crew) -> Callable[[], Any]:
        planning(crew)()
        return lambda: crew.claim("writer").brief["feedback_items"][0]

    same_for_both(prepared, "planning", ready)


def test_letting_go_of_what_was_planned(prepared: Any) -> None:
    def ready(crew: Crew) -> Callable[[], Any]:
        planning(crew)()
        return lambda: runs.cancel(crew.run, actor="zoe")

    same_for_both(prepared, "planning", ready)


def test_the_status_of_a_run(prepared: Any) -> None:
    def ready(crew: Crew) -> Callable[[], Any]:
        for _ in crew.steps().filter(name="edit"):
            claimed = crew.claim("editor")
            if claimed.row().attempt == 1:
                claimed.reject()
        return lambda: run_status(crew.fresh())

    same_for_both(prepared, "editing", ready)


LISTS = (
    "workflow_list",
    "event_list --limit=1000",
    "rejection_list",
    "escalation_list",
    "artifact_list",
    "agent_list",
    "feedback_list",
    "route_list",
)


@pytest.mark.parametrize("command", LISTS)
def test_every_list(prepared: Any, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    def counted() -> int:
        return len(queries(lambda: call_command(*command.split(), "--json")))

    crew = Crew(prepared[FEW]["editing"])
    crew.claim("editor").reject()
    crew.run.escalations.create(
        step=crew.step("plan"), rejection_type="style", retry_count=1, escalated_to="x",
        reason="y", due_at=crew.run.created_at,
    )  # fmt: skip
    asked(crew)
    bind("somebody", "human")
    before = counted()
    shown = len(capsys.readouterr().out)
    for number in range(5):
        started(crew.run.book)
        if claimed := crew.try_claim("editor"):
            claimed.reject("clarity")
        crew.run.escalations.create(
            step=crew.step("plan"), item=str(number), rejection_type="style", retry_count=1,
            escalated_to="x", reason="y", due_at=crew.run.created_at,
        )  # fmt: skip
        RoutingRuleFactory(workflow_type=f"w{number}")
        crew.claim("style-editor", "clarity-editor", "editor").complete()
    for number in range(5):
        bind(f"agent-{number}", "human")
        asked(crew)
    assert counted() == before
    assert len(capsys.readouterr().out) > shown
