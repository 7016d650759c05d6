"""Where a rejection would go is told as the router would decide it, and nothing is done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from books.configs import configure
from events.models import Event, Rejection, RoutingRule
from tests.agents import Crew
from tests.factories import DefinitionFactory, RoutingRuleFactory, book_of, started
from workflows import runs
from workflows.models import Step

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
STYLE = "--rejection-type=style"
LATE = [
    {"name": "draft", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]},
    {"name": "sign", "kind": "gate", "role": "curator"},
    {"name": "read", "kind": "review", "agent": "reader", "consumes": ["chapter"]},
]


def prepare() -> dict[str, str]:
    """Runs of editing: two chapters to be edited; one at the gate. And of PDF and publication."""
    crews = {
        "editing": Crew(started(book_of(2))).up_to("edit"),
        "deciding": Crew(started(book_of(1))).up_to("approve"),
        "pdf": Crew(started(book_of(1), workflow_type="w2")),
        "publishing": Crew(started(book_of(1), workflow_type="w3")),
    }
    return {name: crew.run.public_id for name, crew in crews.items()}


@pytest.fixture(autouse=True)
def ids(prepared: dict[str, str]) -> dict[str, str]:
    return prepared


@pytest.fixture
def ask(run_command: Run, ids: dict[str, str]) -> Run:
    """Ask `route_test` about style; whatever it answers, no row may have changed."""

    def asked(line: str = "") -> Any:
        before = rows()
        answer = run_command("route_test", STYLE, *line.format(**ids).split())
        assert rows() == before
        return answer

    return asked


def rows() -> list[Any]:
    models = (RoutingRule, Rejection, Event, Step)
    return [list(model.objects.order_by("pk").values()) for model in models]


def rule_of(**place: str) -> RoutingRule:
    return RoutingRule.objects.get(rejection_type="style", **place)


def test_without_a_workflow_the_default_rule_and_the_count_decide(ask: Run) -> None:
    assert ask() == {
        "rejection_type": "style",
        "handler_agent": "style-editor",
        "rework_step": None,
        "escalate": False,
        "escalation_target": "senior-editor",
        "retry_count": 1,
        "max_retries": 3,
        "rule": rule_of().pk,
        "why": f"rule {rule_of().pk}: rejection 1 of 3, back to who made it",
    }
    assert [ask(f"--retry-count={n}")["escalate"] for n in (1, 2, 3, 4)] == [False, False, True,
                                                                            True]  # fmt: skip


def test_without_any_rule_what_is_not_known_is_null(ask: Run) -> None:
    rule_of().delete()
    answer = ask()
    assert (answer["handler_agent"], answer["rework_step"], answer["rule"]) == (None, None, None)
    assert (answer["max_retries"], answer["escalation_target"]) == (3, "human-reviewer")


def test_with_a_workflow_the_first_review_is_taken_and_why_says_so(ask: Run) -> None:
    answer = ask("--workflow-type=w1")
    assert (answer["handler_agent"], answer["rework_step"]) == ("style-editor", "write")
    assert answer["why"].startswith("at edit, the first that can reject: rule ")
    DefinitionFactory(type="late", steps=LATE)
    assert ask("--workflow-type=late")["why"].startswith("at read, the first")
    DefinitionFactory(type="gated", steps=LATE[:2])
    assert ask("--workflow-type=gated --retry-count=9")["escalate"] is False


def test_the_rule_of_the_step_decides_there_and_nowhere_else(ask: Run) -> None:
    own = RoutingRuleFactory(workflow_type="w1_editing", step="validate", rework_step="plan",
                             handler_agent="planner", max_retries=2)  # fmt: skip
    there = ask("--workflow-type=w1 --step=validate --retry-count=2")
    assert (there["rule"], there["rework_step"], there["handler_agent"]) == (
        own.pk,
        "plan",
        "planner",
    )
    assert (there["escalate"], there["max_retries"]) == (True, 2)
    assert there["why"] == f"rule {own.pk}: rejection 2 reaches the limit of 2"
    elsewhere = ask("--workflow-type=w1 --step=edit --retry-count=2")
    assert (elsewhere["rule"], elsewhere["escalate"]) == (rule_of(step="").pk, False)


def test_what_makes_no_chapter_is_mended_by_its_own_agent(ask: Run) -> None:
    assert ask("--workflow-type=w2")["handler_agent"] == "pdf-creator"
    assert ask("--run={pdf} --step=edit_pdf")["handler_agent"] == "pdf-creator"


def test_nothing_upstream_escalates_at_once(ask: Run) -> None:
    for answer in (ask("--workflow-type=w3"), ask("--run={publishing}")):
        assert (answer["escalate"], answer["rework_step"], answer["retry_count"]) == (True, None, 1)
        assert "nothing upstream of release_check to rework" in answer["why"]


def test_at_a_gate_nothing_escalates(ask: Run) -> None:
    at_gate = ask("--workflow-type=w1 --step=approve --retry-count=7")
    assert (at_gate["escalate"], at_gate["rework_step"]) == (False, "write")
    in_run = ask("--run={deciding} --retry-count=7")
    assert (in_run["escalate"], in_run["rework_step"]) == (False, "write")
    assert in_run["why"].startswith("at approve: ")


def test_in_a_run_it_tells_what_the_next_rejection_does(ask: Run, ids: dict[str, str]) -> None:
    crew = Crew(ids["editing"])
    told = []
    for _ in range(3):
        told.append(ask("--run={editing} --item=01-one --step=edit"))
        while (claimed := crew.claim("editor", "style-editor")).name != "edit" or (
            claimed.item != "01-one"
        ):
            claimed.complete()
        claimed.reject()
    assert [one["retry_count"] for one in told] == [1, 2, 3]
    done = [one for one in crew.events() if one.event_type in ("routed", "escalated")]
    for said, did in zip(told, done, strict=True):
        assert said["why"] == f"at edit: {did.payload['why']}"
        assert {key: said[key] or "" for key in said if key != "why"} == {
            key: did.payload[key] or "" for key in said if key != "why"
        }
    assert ask("--run={editing} --item=01-one --step=edit")["retry_count"] == 4
    assert ask("--run={editing} --item=02-one --step=edit")["retry_count"] == 1
    assert ask("--run={editing} --item=02-one --step=edit --retry-count=3")["escalate"] is True


def test_a_run_answers_for_where_it_stands_or_what_comes_next(ask: Run) -> None:
    assert ask("--run={editing} --item=01-one")["why"].startswith("at edit: ")
    assert ask("--run={pdf}")["why"].startswith("at edit_pdf: ")
    assert ask("--run={deciding}")["why"].startswith("at approve ")


def test_a_runs_own_agents_and_limits_count(ask: Run, ids: dict[str, str]) -> None:
    editing, pdf = (Crew(ids[name]).run.book for name in ("editing", "pdf"))
    configure(editing, "w1_editing", config={"max_retries": {"style": 1}})
    configure(pdf, "w2_pdf", config={"agents": {"create_pdf": "typesetter"}})
    answer = ask("--run={editing} --item=01-one")
    assert (answer["escalate"], answer["max_retries"]) == (True, 1)
    assert ask("--run={pdf}")["handler_agent"] == "typesetter"


def test_a_review_of_all_chapters_counts_for_the_one_that_is_named(
    ask: Run, ids: dict[str, str]
) -> None:
    crew = Crew(ids["editing"])
    crew.claim("editor").reject()
    named = ask("--run={editing} --step=validate --item=01-one")
    assert (named["retry_count"], named["rework_step"]) == (2, "write")
    unnamed = ask("--run={editing} --step=validate")
    assert unnamed["retry_count"] == 1
    assert unnamed["why"].startswith("at validate (a chapter not sent back for that before): ")


def test_a_run_keeps_its_own_definition(ask: Run, refused: Run) -> None:
    DefinitionFactory(type="late", steps=LATE[:2])
    run = started(book_of(1), workflow_type="late")
    DefinitionFactory(type="late", steps=LATE)
    assert ask("--workflow-type=late --step=read")["rework_step"] == "draft"
    assert 'no step "read"' in refused("route_test", STYLE, "--run", run.public_id, "--step=read")


def test_what_is_tried_stands_for_the_rule_of_its_rank(ask: Run) -> None:
    kept = rule_of()
    answer = ask("--max-retries=1")
    assert (answer["escalate"], answer["rule"]) == (True, kept.pk)
    assert answer["why"] == (f"were it set, rule {kept.pk}: rejection 1 reaches the limit of 1")
    of_step = "--workflow-type=w1 --step=edit --handler=polisher"
    new = ask(f"{of_step} --rework-step=plan --escalation-target=chief")
    assert (new["handler_agent"], new["rework_step"], new["rule"]) == ("polisher", "plan", None)
    assert new["escalation_target"] == "chief"
    assert new["why"] == "were it set, the new rule: rejection 1 of 3, back to plan"
    in_run = ask("--run={editing} --item=01-one --step=edit --handler=polisher")
    assert in_run["handler_agent"] == "polisher"
    assert in_run["why"].startswith("at edit: were it set, the new rule: ")


def test_what_is_tried_below_a_more_specific_rule_changes_nothing(ask: Run) -> None:
    own = RoutingRuleFactory(workflow_type="w1_editing", step="edit", handler_agent="own")
    answer = ask("--run={editing} --item=01-one --workflow-type=w1 --handler=polisher")
    assert (answer["handler_agent"], answer["rule"]) == ("own", own.pk)
    assert "were it set" not in answer["why"]


REFUSALS = [
    ("--rejection-type=stile", 'no rejection type "stile"; did you mean "style"?'),
    ("--step=edit", "name the workflow type too"),
    ("--workflow-type=w11", 'did you mean "w1"?'),
    ("--workflow-type=w1 --step=edti", 'did you mean "edit"?'),
    ("--workflow-type=w1 --step=write", "write of w1_editing rejects nothing"),
    ("--workflow-type=w4", "no review or gate"),
    ("--retry-count=0", "retry_count is 0"),
    ("--handler=", "the handler is not one line"),
    ("--max-retries=0", "max_retries is 0, not from 1"),
    ("--workflow-type=w1 --handler=x --rework-step=finalize", "finalize is no work step upstream"),
    ("--workflow-type=w1 --max-retries=2", "a new one needs a handler"),
    ("--run=wfrun_x", 'no run "wfrun_x"'),
    ("--run={editing}", "edit rejects chapter by chapter: name one with item: 01-one, 02-one"),
    ("--run={editing} --item=01-oen", 'no chapter in scope "01-oen"; did you mean "01-one"?'),
    ("--run={editing} --step=edti", 'did you mean "edit"?'),
    ("--run={editing} --step=plan", "plan of w1_editing rejects nothing"),
    ("--run={pdf} --item=01-one", "edit_pdf sends back no chapters: name no item"),
    ("--run={editing} --workflow-type=w2 --item=01-one", "is of w1_editing, not of w2_pdf"),
    ("--past --book=rde", 'no book "rde"'),
    ("--past --step=edti", 'did you mean "edit"?'),
]  # fmt: skip


@pytest.mark.parametrize(("line", "complaint"), REFUSALS, ids=[line for line, _ in REFUSALS])
def test_what_cannot_be_answered_is_refused_in_one_line(
    refused: Run, ids: dict[str, str], line: str, complaint: str
) -> None:
    assert complaint in refused("route_test", STYLE, *line.format(**ids).split())


def test_a_run_with_nothing_left_to_reject_says_so(refused: Run, ids: dict[str, str]) -> None:
    run = Crew(ids["pdf"]).finish()
    said = refused("route_test", STYLE, "--run", run.public_id)
    assert said == (
        f"nothing in run {run}, which is completed, rejects any more: "
        "name a step out of edit_pdf, approve"
    )
    runs.cancel(Crew(ids["editing"]).run, actor="zoe")
    approved = Crew(ids["deciding"])
    approved.decide()
    said = refused("route_test", STYLE, "--run", ids["deciding"])
    assert said.startswith("nothing after finalize rejects any more: name a step out of edit, ")


def test_a_rule_that_leads_nowhere_any_more_is_refused_as_a_rejection_would_be(
    refused: Run,
) -> None:
    stale = RoutingRuleFactory(workflow_type="w1_editing", step="edit", rework_step="gone")
    said = refused("route_test", STYLE, "--workflow-type=w1", "--step=edit")
    assert said.startswith(f"gone (rule {stale.pk}) is no work step upstream of edit")


def test_a_gate_that_nothing_upstream_can_mend_is_refused_as_a_rejection_would_be(
    refused: Run,
) -> None:
    DefinitionFactory(type="bare", steps=[{"name": "open", "kind": "gate", "role": "curator"}])
    said = refused("route_test", STYLE, "--workflow-type=bare")
    assert said == "nothing upstream of open can mend it: reject, or approve"


@pytest.mark.parametrize(
    "line",
    ["", f"{STYLE} --item=x", f"{STYLE} --book=x", f"{STYLE} --past --run=x",
     f"{STYLE} --past --retry-count=1", f"{STYLE} --retry-count=x"],
)  # fmt: skip
def test_options_that_do_not_go_together_are_usage_errors(line: str) -> None:
    with pytest.raises(CommandError, match="Error: "):
        call_command("route_test", *line.split(), "--json")
