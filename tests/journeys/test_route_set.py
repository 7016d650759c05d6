"""Rules are made, changed and deleted by what they are known by, and only sound ones are kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from config.seeding import seed
from events.errors import RuleExists
from events.models import Rejection, RoutingRule
from events.rules.changing import Change, Rank, drafted, keep, put
from tests.agents import Crew
from tests.factories import DefinitionFactory, RoutingRuleFactory, book_of, set_up, started
from workflows.models import AgentBinding

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
TWO_ROUNDS = [
    {"name": "sketch", "agent": "artist", "produces": ["layout_plan"]},
    {"name": "look", "kind": "review", "agent": "critic", "consumes": ["layout_plan"]},
    {"name": "paint", "agent": "artist", "produces": ["design_plan"]},
    {"name": "hang", "kind": "gate", "role": "curator"},
]


@pytest.fixture(autouse=True)
def rules(db: None) -> None:
    set_up()


def route_set(run_command: Run, line: str) -> Any:
    return run_command("route_set", "--rejection-type=style", *line.split())


def test_a_new_rule_takes_what_is_not_said_from_the_default(run_command: Run) -> None:
    RoutingRule.objects.filter(rejection_type="style").update(escalation_target="chief")
    noun = route_set(run_command, "--handler=style-editor --workflow-type=w1 --step=edit")
    assert noun == RoutingRule.objects.get(step="edit").as_json()
    assert {**noun, "id": None} == {
        "id": None,
        "workflow_type": "w1_editing",
        "step": "edit",
        "rejection_type": "style",
        "handler_agent": "style-editor",
        "rework_step": None,
        "max_retries": 3,
        "escalation_target": "chief",
        "enabled": True,
    }


def test_without_a_default_rule_a_human_reviewer_is_asked(run_command: Run) -> None:
    RoutingRule.objects.all().delete()
    assert route_set(run_command, "--handler=editor")["escalation_target"] == "human-reviewer"


def test_setting_again_changes_the_same_row_and_keeps_what_is_not_said(run_command: Run) -> None:
    where = "--workflow-type=w1 --step=edit"
    first = route_set(
        run_command,
        f"{where} --handler=writer --rework-step=plan --max-retries=5 --escalation-target=chief",
    )
    again = route_set(run_command, f"{where} --handler=editor")
    assert again == {**first, "handler_agent": "editor"}
    bare = run_command("route_set", "--rejection-type=style", "--workflow-type=w1_editing",
                       "--step=edit", "--handler=editor", "--rework-step=")  # fmt: skip
    assert bare == {**again, "rework_step": None}
    assert RoutingRule.objects.count() == 5


def test_a_rule_is_switched_off_and_on(run_command: Run) -> None:
    before = RoutingRule.objects.get(rejection_type="style").as_json()
    assert route_set(run_command, "--disable") == {**before, "enabled": False}
    assert route_set(run_command, "--handler=style-editor") == before


def test_what_a_rule_newly_names_is_made(run_command: Run) -> None:
    route_set(run_command, "--handler=polisher --escalation-target=language-desk")
    assert Group.objects.filter(name="language-desk").exists()
    binding = AgentBinding.objects.get(agent="polisher")
    assert (binding.executor, binding.workflow_type, binding.book) == ("external", "", None)
    assert run_command("work_claim", "--agent=polisher") is None
    Group.objects.get(name="language-desk").delete()
    route_set(run_command, "--handler=polisher --max-retries=4")
    assert not Group.objects.filter(name="language-desk").exists()


def test_who_is_known_keeps_the_binding_it_has(run_command: Run) -> None:
    AgentBinding.objects.create(agent="writer", executor="human", workflow_type="w1_editing")
    for handler in ("writer", "domain-expert"):
        route_set(run_command, f"--handler={handler}")
    assert AgentBinding.objects.count() == 1


def test_the_next_rejection_goes_by_the_rule_and_past_ones_stay(run_command: Run) -> None:
    crew = Crew(started(book_of(2))).up_to("edit")
    crew.claim("editor").reject()
    told = [one.payload for one in crew.events() if one.event_type == "routed"]
    route_set(run_command, "--handler=polisher --workflow-type=w1 --step=edit --max-retries=9")
    assert [one.payload for one in crew.events() if one.event_type == "routed"] == told
    crew.claim("editor").reject()
    handlers = Rejection.objects.values_list("item", "handler_agent").order_by("pk")
    assert list(handlers) == [("01-one", "style-editor"), ("02-one", "polisher")]
    assert crew.claim("polisher").item == "02-one"


def test_a_deleted_rule_answers_what_it_said(run_command: Run, refused: Run) -> None:
    before = RoutingRule.objects.get(rejection_type="style").as_json()
    assert route_set(run_command, "--delete") == {**before, "deleted": True}
    assert not RoutingRule.objects.filter(rejection_type="style").exists()
    said = refused("route_set", "--rejection-type=style", "--delete")
    assert said == "there is no rule for style (default); route_list shows those there are"


def test_a_deleted_default_rule_is_not_brought_back(
    run_command: Run, settings: Any, tmp_path: Path
) -> None:
    settings.BINDERY_DATA = tmp_path
    seed()
    route_set(run_command, "--delete")
    seed()
    assert not RoutingRule.objects.filter(rejection_type="style").exists()


REFUSALS = [
    ("--handler=x --rejection-type=stile", 'no rejection type "stile"; did you mean "style"?'),
    ("--handler=x --workflow-type=w11", 'no workflow type "w11"; did you mean "w1"?'),
    ("--handler=x --step=edit", "name the workflow type too"),
    ("--handler=x --workflow-type=w1 --step=edti", 'no step "edti"; did you mean "edit"?'),
    (
        "--handler=x --workflow-type=w1 --step=write",
        "write of w1_editing rejects nothing; reviews and gates: edit, domain_review, validate, "
        "approve",
    ),
    ("--handler=x --workflow-type=w4", "w4_playtesting has no review or gate"),
    ("--handler=x --rework-step=wriet", 'work step of no workflow; did you mean "write"?'),
    ("--handler=x --rework-step=edit", "edit is a work step of no workflow"),
    (
        "--handler=x --workflow-type=w1 --step=edit --rework-step=finalize",
        "finalize is no work step upstream of edit; there are plan, write",
    ),
    (
        "--handler=x --workflow-type=w1 --rework-step=plna",
        'plna is no work step upstream of edit; did you mean "plan"?',
    ),
    (
        "--handler=x --workflow-type=rounds --rework-step=paint",
        "paint is no work step upstream of look; a rule for one step alone may name it: --step",
    ),
    ("--handler=x --max-retries=0", "max_retries is 0, not from 1 to 1000"),
    ("--handler=x --max-retries=1001", "max_retries is 1001, not from 1 to 1000"),
    ("--handler=", "the handler is not one line of 1 to 100 characters"),
    (f"--handler={'x' * 101}", "the handler is not one line of 1 to 100 characters"),
    ("--handler=a\nb", "the handler is not one line"),
    ("--handler=x --escalation-target=", "the escalation target is not one line"),
    ("--disable --workflow-type=w1", "no rule for style (w1_editing) yet: a new one needs"),
    ("--delete --workflow-type=w1", "there is no rule for style (w1_editing); route_list"),
    ("--delete --workflow-type=w11", 'did you mean "w1"?'),
    ("--delete --workflow-type=w1 --step=edti", 'did you mean "edit"?'),
    ("--disable --max-retries=0", "max_retries is 0"),
]


@pytest.mark.parametrize(("line", "complaint"), REFUSALS, ids=[line for line, _ in REFUSALS])
def test_what_is_not_sound_is_refused_and_nothing_changes(
    refused: Run, line: str, complaint: str
) -> None:
    DefinitionFactory(type="rounds", steps=TWO_ROUNDS)
    before = list(RoutingRule.objects.values()), AgentBinding.objects.count(), Group.objects.count()
    assert complaint in refused("route_set", "--rejection-type=style", *line.split(" "))
    after = list(RoutingRule.objects.values()), AgentBinding.objects.count(), Group.objects.count()
    assert after == before


@pytest.mark.parametrize(
    "line",
    [
        "--handler=x",
        "--rejection-type=style",
        "--rejection-type=style --max-retries=5",
        "--rejection-type=style --handler=x --max-retries=many",
        "--rejection-type=style --disable --delete",
        "--rejection-type=style --delete --handler=x",
    ],
)
def test_a_call_that_says_too_little_or_too_much_is_a_usage_error(line: str) -> None:
    with pytest.raises(CommandError, match="Error: "):
        call_command("route_set", *line.split(), "--json")


def test_one_step_may_name_what_its_workflow_as_a_whole_may_not(run_command: Run) -> None:
    DefinitionFactory(type="rounds", steps=TWO_ROUNDS)
    of_gate = "--handler=x --workflow-type=rounds --step=hang --rework-step=paint"
    assert route_set(run_command, of_gate)["rework_step"] == "paint"
    of_all = "--handler=x --workflow-type=rounds --rework-step=sketch"
    assert route_set(run_command, of_all)["rework_step"] == "sketch"
    assert route_set(run_command, "--handler=x --rework-step=paint")["rework_step"] == "paint"


def test_a_rule_whose_workflow_has_changed_can_be_switched_off_and_deleted(
    run_command: Run, refused: Run
) -> None:
    for place in ({"workflow_type": "gone"}, {"workflow_type": "w1_editing", "step": "gone"}):
        RoutingRuleFactory(**place)
        words = [f"--{name.replace('_', '-')}={word}" for name, word in place.items()]
        assert route_set(run_command, " ".join([*words, "--disable"]))["enabled"] is False
        assert "gone" in refused("route_set", "--rejection-type=style", *words, "--handler=x")
        assert route_set(run_command, " ".join([*words, "--delete"]))["deleted"] is True


def test_of_two_that_make_the_same_rule_at_once_the_second_is_told_so() -> None:
    rank = Rank("style", "w1_editing")
    late = drafted(rank, Change(handler_agent="late"))
    put(rank, Change(handler_agent="early"))
    with pytest.raises(RuleExists, match=r"there is a rule for style \(w1_editing\) already"):
        keep(late)
    assert RoutingRule.objects.get(workflow_type="w1_editing").handler_agent == "early"
    assert not AgentBinding.objects.filter(agent="late").exists()
