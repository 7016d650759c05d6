"""An editor moves runs, and an operator tries rules and triggers, on the pages of the admin."""

import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from events.models import Event, RoutingRule
from tests.agents import Crew
from tests.browser.person import PHONE, Person, rests
from tests.factories import book_of, started
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows.models import WorkflowDefinition, WorkflowRun


@pytest.fixture(autouse=True)
def seeded() -> None:
    call_command("seed", stdout=StringIO())


def page_of(row: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]
    pk = row.pk  # type: ignore[attr-defined]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])


def test_a_run_is_started_paused_resumed_cancelled_and_run_again(
    someone: Callable[..., Person],
) -> None:
    book_of(3, slug="red", title="The Red Book")
    anna = someone("anna", "editor")
    page = anna.opens(reverse("admin:workflows_workflowrun_changelist"))
    anna.looks("admin-runs")
    page.get_by_role("link", name="Start a run").click()
    page.get_by_label("Workflow").select_option("w1_editing")
    page.get_by_label("Book").fill("The Red Book")
    page.get_by_role("button", name="Show the chapters").click()
    chapters = page.get_by_role("group", name="Chapters")
    expect(chapters.get_by_role("checkbox")).to_have_count(3)
    assert WorkflowRun.objects.count() == 0
    for title in ("Chapter 1", "Chapter 2"):
        chapters.get_by_label(title).check()
    page.get_by_label("Further parameters").fill('{"revision": "x"}')
    page.get_by_role("button", name="Start a run").click()
    page.get_by_text('did you mean "revisions"?').wait_for()
    page.get_by_label("Give them as they are written").wait_for()
    anna.looks("admin-run-start-misspelt")
    assert anna.violations() == []
    anna.forgive("400")
    page.get_by_label("Further parameters").fill("")
    anna.looks("admin-run-start")
    assert anna.violations() == []
    page.get_by_role("button", name="Start a run").click()
    page.get_by_text("Editing of The Red Book is running").wait_for()
    anna.looks("admin-run-started")
    assert anna.violations() == []

    page.get_by_role("link", name="Pause").click()
    page.get_by_label("Reason").fill("The author is on a boat.")
    anna.looks("admin-run-pause")
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("The run is paused.").wait_for()
    page.get_by_text("The author is on a boat.").wait_for()
    rests(page)
    assert page.get_by_role("link", name="Pause").count() == 0

    page.get_by_role("link", name="Resume").click()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("The run goes on.").wait_for()

    page.get_by_role("link", name="Cancel").click()
    page.get_by_label("Reason").fill("Once more, with feeling.")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("The run is called off.").wait_for()

    page.get_by_role("link", name="Run again").click()
    anna.looks("admin-run-again")
    page.get_by_role("button", name="Run again").click()
    page.get_by_text(re.compile(r"Run \S+ runs .+ again\.")).wait_for()
    first, second = WorkflowRun.objects.order_by("pk")
    assert first.parameters == {"chapters": ["01-one", "02-one"]}
    assert (first.outcome, second.cause, second.parent_run) == ("cancelled", "rerun", first)
    assert first.parameters == {"chapters": ["01-one", "02-one"]}
    assert set(Event.objects.values_list("actor", flat=True)) == {"anna"}


def test_the_state_of_a_run_is_drawn(someone: Callable[..., Person]) -> None:
    crew = Crew(started(book_of(3, title="The Red Book")))
    crew.up_to("edit")
    crew.claim("editor").complete()
    crew.claim("editor").reject("clarity")
    crew.claim("domain-expert")
    anna = someone("anna", "editor")
    page = anna.opens(page_of(crew.run))
    drawing = page.get_by_role("region", name="Where it stands")
    drawing.get_by_text("1 of 3 done").first.wait_for()
    anna.looks("admin-run")
    assert anna.violations() == []
    dora = someone("dora", "editor", color_scheme="dark")
    dora.opens(page_of(crew.run))
    dora.looks("admin-run-dark")
    assert dora.violations() == []


def test_a_run_fits_a_phone(someone: Callable[..., Person]) -> None:
    crew = Crew(started(book_of(3, title="The Red Book"))).up_to("approve")
    anna = someone("anna", "editor", viewport=PHONE)
    page = anna.opens(page_of(crew.run))
    page.get_by_role("link", name="Pause").wait_for()
    anna.looks("admin-run-phone")
    assert anna.overflow() <= 0
    assert anna.violations() == []
    page.get_by_role("link", name="Pause").click()
    page.get_by_label("Reason").wait_for()
    anna.looks("admin-run-pause-phone")
    assert anna.overflow() <= 0


def test_a_rule_is_tried_before_it_is_saved(someone: Callable[..., Person]) -> None:
    rule = RoutingRule.objects.get(rejection_type="style", workflow_type="")
    crew = Crew(started(book_of(2)))
    crew.up_to("edit").claim("editor").reject("style")
    oscar = someone("oscar", "operator")
    page = oscar.opens(page_of(rule))
    page.get_by_label("Handler agent").fill("the-new-hand")
    page.get_by_label("All past rejections").check()
    page.get_by_role("button", name="Try it").click()
    page.get_by_text("1 of 1 would have gone to the-new-hand").wait_for()
    oscar.looks("admin-rule-tried")
    assert oscar.violations() == []
    assert page.get_by_label("Handler agent").input_value() == "the-new-hand"
    rule.refresh_from_db()
    assert rule.handler_agent == "style-editor"


def test_enter_in_a_rule_saves_it_and_in_its_dry_run_tries_it(
    someone: Callable[..., Person],
) -> None:
    rule = RoutingRule.objects.get(rejection_type="style", workflow_type="")
    page = someone("oscar", "operator").opens(page_of(rule))
    page.get_by_label("Handler agent").fill("the-new-hand")
    page.get_by_label("Rejection number").press("Enter")
    page.locator(".desk-answer").wait_for()
    rule.refresh_from_db()
    assert rule.handler_agent == "style-editor"
    page.get_by_label("Handler agent").press("Enter")
    page.get_by_text("was changed successfully").wait_for()
    rule.refresh_from_db()
    assert rule.handler_agent == "the-new-hand"


def test_a_trigger_is_tried_and_fired(someone: Callable[..., Person]) -> None:
    run = Crew(started(book_of(1, slug="red"), workflow_type="w3")).finish()
    trigger = WorkflowTrigger.objects.get(name="w3-to-w4")
    oscar = someone("oscar", "operator")
    page = oscar.opens(page_of(trigger))
    page.locator("#dry-run").get_by_label("Run").fill(run.public_id)
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("heading", name="On request it fires").wait_for()
    oscar.looks("admin-trigger-tried")
    assert oscar.violations() == []
    assert not TriggerFiring.objects.exists()

    page.get_by_role("link", name="Fire", exact=True).click()
    say = page.get_by_role("button", name="Say what would happen")
    say.wait_for()
    page.get_by_label("Book").fill("red")
    say.click()
    page.get_by_text("A run of w4_playtesting would start").wait_for()
    oscar.looks("admin-trigger-foreseen")
    assert not TriggerFiring.objects.exists()
    page.get_by_role("button", name="Fire").click()
    page.get_by_text("Trigger w3-to-w4 fired").wait_for()
    oscar.looks("admin-trigger-fired")
    assert TriggerFiring.objects.get().actor == "oscar"


def test_definitions_are_drawn(someone: Callable[..., Person]) -> None:
    vera = someone("vera", "viewer")
    page = vera.opens(page_of(WorkflowDefinition.objects.named("w1")))
    page.get_by_role("img", name="(w1_editing)").wait_for()
    vera.looks("admin-definition")
    assert vera.violations() == []


def test_who_deletes_rules_reads_first_what_becomes_of_rejections(
    someone: Callable[..., Person],
) -> None:
    narrow = RoutingRule.objects.create(
        rejection_type="style", workflow_type="w1_editing", step="edit", handler_agent="polisher"
    )
    olga = someone("olga", "operator")
    page = olga.opens(page_of(narrow))
    page.get_by_role("link", name="Delete").click()
    page.get_by_text("the rule for style (default) takes its place").wait_for()
    olga.looks("admin-rule-delete")
    assert olga.violations() == []
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("was deleted successfully").wait_for()
    assert not RoutingRule.objects.filter(pk=narrow.pk).exists()

    page = olga.opens(reverse("admin:events_routingrule_changelist"))
    page.get_by_label("Select all objects").check()
    page.locator("select[name=action]").select_option("delete_selected")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("no rule is left")).to_have_count(4)
    page.set_viewport_size(PHONE)
    olga.looks("admin-rules-delete-phone")
    assert olga.overflow() == 0
