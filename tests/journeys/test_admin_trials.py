"""Dry runs in the admin: of a rule and a trigger as they are being edited, or were saved."""

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Rejection, RoutingRule
from tests.agents import Crew
from tests.chains import trigger
from tests.desk import address, member, page
from tests.factories import book_of, started
from triggers.models import TriggerFiring

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Client:
    return member("viewer")


@pytest.fixture
def operator() -> Client:
    return member("operator")


def test_who_only_looks_tries_what_was_saved(viewer: Client) -> None:
    crew = Crew(started(book_of(2))).up_to("edit")
    crew.claim("editor").reject("style")
    rule = RoutingRule.objects.get(rejection_type="style")
    by_itself = page(viewer, rule, "?_try=1")
    assert "Mended by" in by_itself
    in_run = page(viewer, rule, f"?_try=1&try-run={crew.run}&try-item=01-one")
    assert "2 of at most 3" in in_run
    past = page(viewer, rule, "?_try=1&try-past=on")
    assert "with these rules 1 of 1 would have gone to style-editor" in past.lower()
    assert 'no run "x"' in page(viewer, rule, "?_try=1&try-run=x")
    assert "item needs run" in page(viewer, rule, "?_try=1&try-item=01-one")
    assert Rejection.objects.count() == 1


def rule_form(rule: RoutingRule, **changed: Any) -> dict[str, Any]:
    said = {name: getattr(rule, name) for name in (
        "rejection_type", "workflow_type", "step", "handler_agent", "rework_step", "max_retries",
        "escalation_target",
    )}  # fmt: skip
    return {**said, "enabled": "on", **changed}


def test_a_page_with_a_dry_run_has_its_look_and_its_script(viewer: Client) -> None:
    started()  # with the rules and workflows
    rule = RoutingRule.objects.get(rejection_type="style")
    for row in (rule, trigger("t", "w3", "w4", "manual")):
        shown = page(viewer, row)
        assert "bindery/desk.css" in shown
        assert "bindery/try.js" in shown


def test_a_rule_is_tried_as_it_is_being_edited_and_not_saved(operator: Client) -> None:
    crew = Crew(started(book_of(2))).up_to("edit")
    crew.claim("editor").reject("style")
    rule = RoutingRule.objects.get(rejection_type="style")
    typed = rule_form(rule, handler_agent="new-hand", max_retries=2)
    tried = operator.post(
        address(rule), {**typed, "_try": "1", "try-run": crew.run.public_id, "try-item": "01-one"}
    )
    shown = html.unescape(tried.content.decode())
    assert tried.status_code == 200
    assert "Goes to a human of" in shown, "the second rejection of at most two"
    assert 'value="new-hand"' in shown
    rule.refresh_from_db()
    assert rule.handler_agent == "style-editor"
    saved = operator.post(address(rule), typed)
    assert saved.status_code == 302
    rule.refresh_from_db()
    assert rule.handler_agent == "new-hand"


def test_a_new_rule_is_tried_before_there_is_one(operator: Client) -> None:
    started()
    rule = RoutingRule(rejection_type="style", workflow_type="w1_editing", step="edit",
                       handler_agent="new-hand", escalation_target="senior-editor")  # fmt: skip
    tried = operator.post(reverse("admin:events_routingrule_add"), {**rule_form(rule), "_try": "1"})
    assert "new-hand" in html.unescape(tried.content.decode())
    assert "were it set" in html.unescape(tried.content.decode()).lower()
    assert not RoutingRule.objects.filter(handler_agent="new-hand").exists()


def test_a_rule_for_all_steps_is_tried_at_one_in_a_run_that_ended(operator: Client) -> None:
    crew = Crew(started(book_of(1)))
    crew.finish()
    rule = RoutingRule.objects.get(rejection_type="style", workflow_type="")
    asked = {"_try": "1", "try-run": crew.run.public_id, "try-item": "01-one"}
    assert "name a step out of" in tried(operator, rule, asked)
    assert "At domain_review" in tried(operator, rule, {**asked, "try-step": "domain_review"})
    assert "rejects nothing" in tried(operator, rule, {**asked, "try-step": "finalize"})
    assert "name a run too" in tried(operator, rule, {"_try": "1", "try-step": "domain_review"})
    past = tried(operator, rule, {"_try": "1", "try-past": "on", "try-step": "domain_review"})
    assert "no such rejection" in past.lower()


def test_only_what_is_not_set_is_told_as_if_it_were(operator: Client) -> None:
    started()
    rule = RoutingRule.objects.get(rejection_type="style", workflow_type="")
    asked = {"_try": "1"}
    assert "were it set" not in tried(operator, rule, asked).lower()
    assert "were it set" in tried(operator, rule, {**asked, "max_retries": 2}).lower()
    RoutingRule.objects.filter(pk=rule.pk).update(enabled=False)
    assert "were it set" in tried(operator, rule, asked).lower()


def tried(client: Client, rule: RoutingRule, said: dict[str, Any]) -> str:
    return html.unescape(client.post(address(rule), rule_form(rule, **said)).content.decode())


def test_a_rule_that_is_not_sound_is_refused_and_not_tried(operator: Client) -> None:
    started()
    rule = RoutingRule.objects.get(rejection_type="style")
    tried = operator.post(address(rule), {**rule_form(rule, max_retries=0), "_try": "1"})
    assert "desk-answer" not in html.unescape(tried.content.decode())
    assert tried.context["adminform"].form.errors


def test_a_trigger_is_tried_as_it_is_being_edited_and_not_saved(operator: Client) -> None:
    run = Crew(started(book_of(1, slug="red"), workflow_type="w3")).finish()
    one = trigger("t", "w3", "w4", "on_complete")
    typed = {
        "source_workflow_type": "w3_publication", "target_workflow_type": "w4_playtesting",
        "trigger_condition": "manual", "enabled": "on",
        "config": '{"parameters": {"note": "hello"}}',
    }  # fmt: skip
    for asked in ({"try-run": run.public_id}, {"try-book": "red"}):
        tried = operator.post(address(one), {**typed, **asked, "_try": "1"})
        shown = html.unescape(tried.content.decode())
        assert "it is manual: only trigger_fire fires it" in shown
        assert "On request it fires" in shown
        assert "hello" in shown
    one.refresh_from_db()
    assert (one.trigger_condition, one.config) == ("on_complete", {})
    assert not TriggerFiring.objects.filter(trigger="t").exists()


def test_a_trigger_is_tried_on_a_run_under_way(viewer: Client) -> None:
    run = started(book_of(1), workflow_type="w3")
    one = trigger("t", "w3", "w4", "on_complete")
    shown = page(viewer, one, f"?_try=1&try-run={run}")
    assert "It fires of itself when the run completes" in shown
    assert "a trigger fires from a run that has ended" in shown
    assert "name the source: a run, or a book" in page(viewer, one, "?_try=1")


def test_who_only_looks_cannot_send_the_form(viewer: Client) -> None:
    started()
    rule = RoutingRule.objects.get(rejection_type="style")
    one = trigger("t", "w3", "w4", "manual")
    for row in (rule, one):
        assert viewer.post(address(row), {"_try": "1"}).status_code == 403
