"""The figures of the work are what a count of its acts by hand says."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.configs import configure
from events.escalations import escalating
from events.escalations.answers import Answer
from events.figures.rejections import figures
from events.figures.selection import Selection
from tests.agents import Crew
from tests.clock import at, later
from tests.factories import DefinitionFactory, book_of, started
from tests.journeys.recorded_acts import EVER, START, Count, Stage, read_acts
from workflows import runs

pytestmark = pytest.mark.django_db
ACTS = read_acts()
Run = Callable[..., Any]
NOTHING = {
    "total": 0,
    "escalations": 0,
    "by_type": {},
    "by_step": {},
    "by_reviewer": {},
    "by_handler": {},
    "first_pass_yield": {},
    "rounds_to_accept": None,
    "cycle_time_seconds": {},
    "escalation_rate": None,
    "seconds_to_acknowledge": None,
    "seconds_to_resolve": None,
}


def prepare() -> dict[str, str]:
    """A run of twelve chapters, done as it is written down; a later one of another book, whose
    plan is made and whose first chapter is ready to be edited."""
    with pytest.MonkeyPatch.context() as clock:
        at(clock, START)
        recorded = Crew(started(book_of(12, slug="recorded")))
        Stage(recorded, clock).play(ACTS)
        later(clock, days=1)
        other = Crew(started(book_of(1, slug="other"))).up_to("edit")
    assert recorded.fresh().status == "completed"
    return {"recorded": recorded.run.public_id, "other": other.run.public_id}


@pytest.fixture
def stats(prepared: dict[str, str], run_command: Run) -> Run:
    """The figures of the recorded run."""
    return lambda *args: run_command("rejection_stats", "--run", prepared["recorded"], *args)


@pytest.fixture
def other(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["other"])


def same(found: dict[str, Any], counted: Count) -> None:
    wanted = counted.figures()
    assert list(found) == list(wanted)
    times, expected = found.pop("cycle_time_seconds"), wanted.pop("cycle_time_seconds")
    assert set(times) == set(expected)
    for step, parts in expected.items():
        assert times[step] == pytest.approx(parts, abs=0.001), step
    for name, value in wanted.items():
        assert found[name] == (value if value is None else pytest.approx(value, abs=0.001)), name


def minute(number: int) -> str:
    return (START + timedelta(minutes=number)).isoformat()


def test_the_script_has_something_of_everything() -> None:
    counted = Count(ACTS).figures()
    assert (counted["total"], counted["escalations"]) == (60, 2)
    assert set(counted["by_type"]) == {"style", "mechanics", "clarity", "scope"}
    reviewers = {"editor", "domain-expert", "validator", "managing-editor"}
    assert set(counted["by_reviewer"]) == reviewers
    verbs = {"fail", "release", "acknowledge", "resolve", "approve", "request_changes"}
    assert verbs < {act["act"] for act in ACTS}
    assert {act["action"] for act in ACTS} == {"", "retry", "override"}
    assert all(0 < counted["first_pass_yield"][step] < 1 for step in ("edit", "domain_review"))


def test_all_figures_of_a_run(stats: Run) -> None:
    same(stats(), Count(ACTS))


@pytest.mark.parametrize("kind", ["style", "mechanics", "clarity", "scope"])
def test_of_one_type_of_rejection(stats: Run, kind: str) -> None:
    same(stats("--type", kind), Count(ACTS, kind))


@pytest.mark.parametrize("step", sorted({act["step"] for act in ACTS}))
def test_of_one_step(stats: Run, step: str) -> None:
    same(stats("--step", step), Count([act for act in ACTS if act["step"] == step]))


@pytest.mark.parametrize("agent", sorted({act["agent"] for act in ACTS}))
def test_of_one_agent(stats: Run, agent: str) -> None:
    same(stats("--agent", agent), Count([act for act in ACTS if act["agent"] == agent]))


FIRST_ESCALATION = next(
    act["minute"] for act in ACTS if act["act"] == "reject" and not act["handler"]
)
OVERRIDE = next(act["minute"] for act in ACTS if act["action"] == "override")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (FIRST_ESCALATION, EVER),
        (0, FIRST_ESCALATION),
        (FIRST_ESCALATION + 1, OVERRIDE),
        (OVERRIDE, OVERRIDE + 1),
        (OVERRIDE, EVER),
        (300, 1500),
    ],
)
def test_from_a_minute_on_and_until_another(stats: Run, since: int, until: int) -> None:
    args = ["--since", minute(since)]
    args += [] if until == EVER else ["--until", minute(until)]
    same(stats(*args), Count(ACTS, since=since, until=until))


def test_of_one_run_of_one_book_and_of_all(run_command: Run, other: Crew) -> None:
    before = run_command("rejection_stats")
    same(run_command("rejection_stats", "--book", "recorded"), Count(ACTS))
    other.claim("editor").reject("scope")
    of_book = run_command("rejection_stats", "--book", "other")
    assert of_book == run_command("rejection_stats", "--run", other.run)
    assert (of_book["total"], of_book["by_handler"]) == (1, {"scope-reviewer": 1})
    assert of_book["first_pass_yield"] == {"edit": 0}
    assert run_command("rejection_stats")["total"] == before["total"] + 1


def test_a_date_is_its_midnight_and_an_offset_counts(stats: Run) -> None:
    day = START.date() + timedelta(days=1)
    midnight = 16 * 60
    same(stats("--since", day), Count(ACTS, since=midnight))
    same(stats("--until", f"{day}T02:00+02:00"), Count(ACTS, until=midnight))
    same(stats("--until", f"{day}T00:00Z"), Count(ACTS, until=midnight))


def test_of_nothing_are_zeros_and_nulls(run_command: Run, prepared: Any) -> None:
    assert run_command("rejection_stats", "--until", "2020-01-01") == NOTHING
    shown = laid_out("--until", "2020-01-01").split("\n")
    assert len(shown) == len(NOTHING)
    assert [line for line in shown if not line.endswith(("  -", "  0"))] == []


def test_the_number_of_statements_does_not_grow(prepared: Any, other: Crew) -> None:
    other.claim("editor").reject()

    def statements(chosen: Selection) -> int:
        with CaptureQueriesContext(connection) as captured:
            figures(chosen)
        return len(captured)

    assert statements(Selection()) == statements(Selection(run=other.run)) == 6


def test_what_a_rerun_copied_does_not_count(run_command: Run, prepared: dict[str, str]) -> None:
    before = run_command("rejection_stats", "--book", "recorded")
    again = Crew(runs.rerun(Crew(prepared["recorded"]).run, actor="zoe", from_step="validate"))
    assert again.steps().filter(reused_from__isnull=False, kind="review").count() == 24
    assert run_command("rejection_stats", "--run", again.run) == NOTHING
    assert run_command("rejection_stats", "--book", "recorded") == before
    again.claim("validator").complete()
    found = run_command("rejection_stats", "--run", again.run)
    assert (found["first_pass_yield"], found["rounds_to_accept"]) == ({"validate": 1}, 1)
    assert list(found["cycle_time_seconds"]) == ["validate"]


def test_a_first_attempt_that_was_overridden_did_not_pass(
    run_command: Run, other: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(other.run.book, "w1_editing", config={"max_retries": {"style": 1}})
    at(monkeypatch, START + timedelta(days=9))
    other.claim("editor").reject()
    at(monkeypatch, START + timedelta(days=10))
    answer = Answer("override", "it is meant so")
    escalating.resolve(other.run.escalations.get(), answer, actor="grace")
    found = run_command("rejection_stats", "--run", other.run, "--step", "edit")
    assert (found["first_pass_yield"], found["rounds_to_accept"]) == ({"edit": 0}, 1)
    assert found["cycle_time_seconds"]["edit"]["human"] == 24 * 3600
    since = (START + timedelta(days=10)).date().isoformat()
    found = run_command("rejection_stats", "--run", other.run, "--since", since)
    assert (found["first_pass_yield"], found["rounds_to_accept"]) == ({}, 1)


def test_an_attempt_that_became_moot_gave_no_verdict(
    run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = {"name": "draft", "agent": "writer", "produces": ["release_notes"]}
    check = {"kind": "review", "needs": ["draft"], "consumes": ["release_notes"]}
    look, read = ({**check, "name": name, "agent": name} for name in ("look", "read"))
    DefinitionFactory(type="forked", steps=[draft, look, read])
    crew = Crew(started(book_of(1), workflow_type="forked")).up_to("look")
    at(monkeypatch, START + timedelta(days=9))
    crew.claim("read")
    at(monkeypatch, START + timedelta(days=9, minutes=5))
    crew.claim("look").reject()
    crew.up_to("")
    found = run_command("rejection_stats", "--run", crew.run)
    assert crew.step("read", attempt=1).status == "superseded"
    assert found["first_pass_yield"] == {"look": 0}
    assert found["rounds_to_accept"] == (2 + 1) / 2
    assert found["cycle_time_seconds"]["read"]["agent"] == 300


def test_an_escalation_that_ended_with_its_run_was_not_resolved(
    run_command: Run, other: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        other.claim("editor").reject()
        other.claim("style-editor").complete()
    other.claim("editor").reject()
    later(monkeypatch, hours=3)
    runs.cancel(other.run, actor="zoe")
    found = run_command("rejection_stats", "--run", other.run)
    assert (found["escalations"], found["escalation_rate"]) == (1, pytest.approx(1 / 3))
    assert (found["seconds_to_acknowledge"], found["seconds_to_resolve"]) == (None, None)
    assert found["cycle_time_seconds"]["edit"]["human"] == 0
    assert found["rounds_to_accept"] is None


def test_what_was_never_claimed_or_decided_took_no_time(run_command: Run, other: Crew) -> None:
    other.claim("editor").complete()
    other.up_to("approve")
    runs.cancel(other.run, actor="zoe")
    unclaimed = started(other.run.book)
    runs.cancel(unclaimed, actor="zoe")
    assert "approve" not in run_command("rejection_stats", "--run", other.run)["cycle_time_seconds"]
    assert run_command("rejection_stats", "--run", unclaimed) == NOTHING


def test_a_gate_that_ends_its_run_did_not_pass(
    run_command: Run, other: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.up_to("approve")
    at(monkeypatch, other.step("approve").created_at + timedelta(hours=2))
    other.decide("reject", reason="not this year")
    found = run_command("rejection_stats", "--run", other.run)
    assert (found["total"], found["first_pass_yield"]["approve"]) == (0, 0)
    assert found["cycle_time_seconds"]["approve"]["human"] == 7200


REFUSALS = [
    ("--type=stile", 'no rejection type "stile"; did you mean "style"?'),
    ("--step=edti", 'no step "edti"; did you mean "edit"?'),
    ("--agent=edittor", 'no agent "edittor"; did you mean "editor"?'),
    ("--book=recordd", 'no book "recordd"; did you mean "recorded"?'),
    ("--run=wfrun_x", 'no run "wfrun_x"'),
    ("--since=2025-03-02 --until=2025-03-01", "is before since 2025-03-02"),
]


@pytest.mark.parametrize(("args", "message"), REFUSALS)
def test_what_names_nothing_is_refused(
    prepared: Any, refused: Run, args: str, message: str
) -> None:
    assert message in refused("rejection_stats", *args.split())


@pytest.mark.parametrize("word", ["yesterday", "2025-13-01", "12:30", "", "0001-01-01T00:00+14:00"])
def test_what_is_no_date_is_a_malformed_option(prepared: Any, word: str) -> None:
    with pytest.raises(CommandError, match="no date or time such as 2025-03-01"):
        call_command("rejection_stats", f"--since={word}")


def laid_out(*args: str) -> str:
    out = StringIO()
    call_command("rejection_stats", *args, stdout=out)
    return out.getvalue().rstrip("\n")


def test_laid_out_for_a_person(prepared: dict[str, str]) -> None:
    args = ("--run", prepared["recorded"], "--step", "validate")
    assert laid_out(*args) == VALIDATE
    assert "time_to_acknowledge  0:29:00\n" in laid_out("--run", prepared["recorded"])


VALIDATE = """\
total                3
escalations          0
escalation_rate      0%
rounds_to_accept     5.00
time_to_acknowledge  -
time_to_resolve      -
by_type
  type       rejections
  clarity    1
  mechanics  2
by_step
  step      rejections
  validate  3
by_reviewer
  agent      rejections
  validator  3
by_handler
  agent               rejections
  clarity-editor      1
  mechanics-reviewer  2
first_pass_yield
  step      passed
  validate  0%
cycle_time
  step      queue    agent    human    rework
  validate  0:06:00  0:05:00  0:00:00  0:40:00"""
