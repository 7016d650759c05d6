"""The admin's form of a routing rule: the same law as the command's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from events.models import RoutingRule
from tests.factories import RoutingRuleFactory, set_up
from workflows.models import AgentBinding

pytestmark = pytest.mark.django_db
ADD = "admin:events_routingrule_add"
RULE = {
    "rejection_type": "style",
    "workflow_type": "w1_editing",
    "step": "edit",
    "handler_agent": "polisher",
    "rework_step": "write",
    "max_retries": "2",
    "escalation_target": "language-desk",
    "enabled": "on",
}


@pytest.fixture
def post(admin_client: Client) -> Callable[..., Any]:
    """Send the form of a new rule, or of one there is, with these fields changed."""
    set_up()

    def sent(rule: RoutingRule | None = None, **changed: str) -> Any:
        page = reverse("admin:events_routingrule_change", args=[rule.pk]) if rule else reverse(ADD)
        return admin_client.post(page, {**RULE, **changed})

    return sent


def errors(answer: Any) -> list[str]:
    """What the form says, of itself and of its fields."""
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    return [str(one) for found in form.errors.values() for one in found]


def test_a_rule_is_added_with_the_group_and_agent_it_names(post: Callable[..., Any]) -> None:
    assert post().status_code == 302
    rule = RoutingRule.objects.get(step="edit")
    assert (rule.workflow_type, rule.rework_step, rule.max_retries) == ("w1_editing", "write", 2)
    assert rule.enabled is True
    assert Group.objects.filter(name="language-desk").exists()
    assert AgentBinding.objects.get(agent="polisher").executor == "external"


def test_a_rule_is_changed(post: Callable[..., Any]) -> None:
    rule = RoutingRule.objects.get(rejection_type="style")
    default = {"workflow_type": "", "step": "", "rework_step": ""}
    assert post(rule, **default, max_retries="7", enabled="").status_code == 302
    rule.refresh_from_db()
    assert (rule.max_retries, rule.handler_agent, rule.enabled) == (7, "polisher", False)
    assert RoutingRule.objects.count() == 4


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"workflow_type": "", "step": "", "rework_step": ""},
            "There is a rule for this rejection type, workflow type and step already: "
            "change that one.",
        ),
        (
            {"rework_step": "finalize"},
            "finalize is no work step upstream of edit; there are plan, write",
        ),
        (
            {"workflow_type": "w2_pdf", "step": "", "rework_step": "write"},
            "write is no work step upstream of edit_pdf; there are create_pdf, design, layout, "
            "pm_review",
        ),
        (
            {"workflow_type": ""},
            "several workflows may have a step edit: name the workflow type too",
        ),
        ({"max_retries": "0"}, "max_retries is 0, not from 1 to 1000"),
        ({"workflow_type": "w3_publication"}, 'w3_publication has no step "edit"'),
    ],
)
def test_what_is_not_sound_is_refused_in_one_sentence(
    post: Callable[..., Any], changed: dict[str, str], said: str
) -> None:
    before = list(RoutingRule.objects.values())
    [error] = errors(post(**changed))
    assert error.startswith(said)
    assert list(RoutingRule.objects.values()) == before


@pytest.mark.parametrize("field", ["workflow_type", "step", "rework_step"])
def test_workflows_and_steps_are_chosen_from_those_there_are(
    post: Callable[..., Any], field: str
) -> None:
    [error] = errors(post(**{field: "nosuch"}))
    assert "nosuch is not one of the available choices" in error


def test_the_choices_say_where_a_step_is_from(
    post: Callable[..., Any], admin_client: Client
) -> None:
    page = admin_client.get(reverse(ADD)).content.decode()
    assert '<option value="approve">approve (w1, w2, w3)</option>' in page
    assert '<option value="w4_playtesting">w4_playtesting (Playtesting)</option>' in page
    assert '<option value="write">write (w1)</option>' in page


def test_moving_a_rule_onto_another_is_refused(post: Callable[..., Any]) -> None:
    RoutingRuleFactory(workflow_type="w1_editing", step="edit")
    rule = RoutingRule.objects.get(rejection_type="style", workflow_type="")
    [error] = errors(post(rule))
    assert error.endswith("already: change that one.")


def test_a_rule_whose_step_is_gone_can_be_switched_off_here_too(post: Callable[..., Any]) -> None:
    rule = RoutingRuleFactory(**{**RULE, "step": "gone", "enabled": True})
    [error] = errors(post(rule, step="gone"))
    assert 'no step "gone"' in error
    assert post(rule, step="gone", enabled="").status_code == 302
    rule.refresh_from_db()
    assert rule.enabled is False


NARROW = {"rejection_type": "style", "workflow_type": "w1_editing", "step": "edit"}


@pytest.fixture
def asked(admin_client: Client) -> Callable[..., str]:
    """What is asked before these rules are deleted: from the page of one, or from the list."""

    def page(*rules: RoutingRule, listed: bool) -> str:
        if not listed:
            [rule] = rules
            way = reverse("admin:events_routingrule_delete", args=[rule.pk])
            return str(admin_client.get(way).content.decode())
        chosen = {"action": "delete_selected", "_selected_action": [rule.pk for rule in rules]}
        way = reverse("admin:events_routingrule_changelist")
        return str(admin_client.post(way, chosen).content.decode())

    set_up()
    return page


@pytest.mark.parametrize("listed", [True, False])
def test_who_deletes_a_rule_is_told_which_takes_its_place(
    asked: Callable[..., str], *, listed: bool
) -> None:
    rule = RoutingRuleFactory(**NARROW)
    told = asked(rule, listed=listed)
    assert "the rule for style (default) takes its place" in told
    default = RoutingRule.objects.get(rejection_type="style", workflow_type="")
    by, to = default.handler_agent, default.escalation_target
    assert f"{by} mends it, {to} decides from the 3rd in a row" in told
    assert RoutingRule.objects.filter(pk=rule.pk).exists()


def test_who_deletes_the_last_rule_is_told_that_none_is_left(asked: Callable[..., str]) -> None:
    default = RoutingRule.objects.get(rejection_type="style")
    narrow = RoutingRuleFactory(**NARROW)
    told = asked(default, narrow, listed=True)
    assert told.count("no rule is left, so who made it mends it, and human-reviewer decides") == 2
    assert "takes its place" not in told


def test_a_rule_that_is_switched_off_is_missed_by_nobody(asked: Callable[..., str]) -> None:
    assert "so nothing changes" in asked(RoutingRuleFactory(**NARROW, enabled=False), listed=False)
