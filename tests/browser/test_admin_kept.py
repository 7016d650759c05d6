"""What is filled into a form of the admin outlives a session that has ended as one saves it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from events.models import RoutingRule, WebhookEndpoint
from tests.browser.person import PHONE, Person, rests
from tests.browser.test_admin_pages import address, looks_up, operator
from tests.browser.test_admin_verbs import page_of
from tests.browser.test_one_browser import beside
from tests.factories import book_of, set_up, started
from workflows.models import AgentBinding

KEPT = "Object.entries(localStorage).filter(([key]) => key.includes('admin /')).join()"
OFFERED = "was not saved"
NOTHING_OF_OURS = """for (const name of ["getItem", "setItem", "removeItem"]) {
  const act = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...more) {
    if (key.startsWith("bindery")) throw new DOMException("not here", "SecurityError");
    return act.call(this, key, ...more);
  };
}"""
Someone = Callable[..., Person]


@pytest.fixture
def rule() -> RoutingRule:
    set_up()
    return RoutingRule.objects.get(rejection_type="style")


def saves(page: Page, button: str = "Save") -> None:
    page.get_by_role("button", name=button, exact=True).click()


def too_late(person: Person, button: str = "Save") -> None:
    """The session is gone as it is saved; they log in and are back at the form."""
    rests(person.page)
    where = person.page.url
    Session.objects.all().delete()
    saves(person.page, button)
    person.page.get_by_role("heading", name="Log in").wait_for()
    person.logs_in()
    person.opens(where)


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE, "color_scheme": "dark"}])
def test_a_rule_is_put_back_as_it_was_filled_in_and_saved(
    someone: Someone, rule: RoutingRule, options: dict[str, Any]
) -> None:
    oscar = someone("oscar", "operator", **options)
    page = oscar.opens(page_of(rule))
    page.get_by_label("Handler agent").fill("polisher")
    page.get_by_label("Enabled").uncheck()
    too_late(oscar)
    expect(page.get_by_text(OFFERED)).to_be_visible()
    expect(page.get_by_label("Handler agent")).to_have_value(rule.handler_agent)
    oscar.looks(f"admin-kept-{len(options)}", whole=False)
    assert oscar.violations() == []
    assert oscar.overflow() <= 0
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Handler agent")).to_have_value("polisher")
    expect(page.get_by_label("Enabled")).not_to_be_checked()
    expect(page.get_by_text("not saved yet")).to_be_visible()
    oscar.looks(f"admin-put-back-{len(options)}", whole=False)
    saves(page, "Save and continue editing")
    page.get_by_text("was changed successfully").wait_for()
    rests(page)
    rule.refresh_from_db()
    assert (rule.handler_agent, rule.enabled) == ("polisher", False)
    assert page.get_by_text(OFFERED).count() == 0
    assert page.evaluate(KEPT) == ""


def test_the_reason_of_a_verb_is_put_back(someone: Someone) -> None:
    run = started(book_of(1))
    anna = someone("anna", "editor")
    page = anna.opens(page_of(run))
    page.get_by_role("link", name="Pause").click()
    page.get_by_label("Reason").fill("The author is on a boat.")
    too_late(anna, "Pause")
    page.get_by_role("button", name="Put it back").click()
    anna.looks("admin-kept-verb")
    expect(page.get_by_label("Reason")).to_have_value("The author is on a boat.")
    assert anna.violations() == []
    saves(page, "Pause")
    page.get_by_text("The run is paused.").wait_for()
    page.get_by_text("The author is on a boat.").wait_for()
    rests(page)
    assert page.evaluate(KEPT) == ""


def test_a_new_row_is_put_back_with_what_was_looked_up_and_what_was_refused_before(
    someone: Someone,
) -> None:
    book = book_of(1, title="The Salt Road")
    root = operator(someone)
    page = root.opens(address(AgentBinding, "add"))
    looks_up(page, "The Salt Road")
    saves(page)
    page.get_by_text("This field is required.").first.wait_for()
    page.get_by_label("Agent").fill("writer")
    page.get_by_label("Executor").select_option("human")
    too_late(root)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".field-book .select2-selection")).to_contain_text("The Salt Road")
    saves(page)
    page.get_by_text("was added successfully").wait_for()
    rests(page)
    made = AgentBinding.objects.get()
    assert (made.agent, made.book, made.executor) == ("writer", book, "human")
    assert page.evaluate(KEPT) == ""


def test_what_another_changed_until_one_is_back_is_told(
    someone: Someone, rule: RoutingRule
) -> None:
    oscar = someone("oscar", "operator")
    page = oscar.opens(page_of(rule))
    page.get_by_label("Handler agent").fill("polisher")
    RoutingRule.objects.filter(pk=rule.pk).update(handler_agent="shiner", max_retries=7)
    too_late(oscar)
    page.get_by_role("button", name="Put it back").click()
    saves(page)
    page.get_by_text("Handler agent is now “shiner”").wait_for()
    saves(page)
    page.get_by_text("was changed successfully").wait_for()
    rule.refresh_from_db()
    assert (rule.handler_agent, rule.max_retries) == ("polisher", 7)


def test_it_is_offered_to_nobody_else_and_may_be_thrown_away(
    someone: Someone, rule: RoutingRule
) -> None:
    oscar = someone("oscar", "operator")
    page = oscar.opens(page_of(rule))
    page.get_by_label("Handler agent").fill("polisher")
    too_late(oscar)
    page.get_by_text(OFFERED).wait_for()
    otto = beside(oscar, "otto", "operator")
    otto.opens(page_of(rule)).get_by_label("Handler agent").wait_for()
    assert otto.page.get_by_text(OFFERED).count() == 0
    oscar.logs_in()
    oscar.opens(page_of(rule))
    page.get_by_role("button", name="Throw it away").click()
    assert page.evaluate(KEPT) == ""
    oscar.opens(page_of(rule)).get_by_label("Handler agent").wait_for()
    assert page.get_by_text(OFFERED).count() == 0


def test_no_password_and_no_address_with_a_secret_is_kept(someone: Someone) -> None:
    root = operator(someone)
    page = root.opens(address(User, "add"))
    page.get_by_label("Username").fill("ada")
    page.locator("#id_password1").fill("a long and quiet river")
    page.locator("#id_password2").fill("a long and quiet river")
    too_late(root)
    assert page.evaluate(KEPT) == ""
    root.opens(f"/admin/auth/user/{root.user.pk}/password/")
    page.locator("#id_password1").fill("a long and quiet river")
    page.locator("#id_password2").fill("a long and quiet river")
    page.locator("#id_password2").press("Enter")
    page.get_by_text("Password changed successfully").wait_for()
    root.user.refresh_from_db()
    root.logs_in()
    root.opens(address(WebhookEndpoint, "add"))
    page.get_by_label("Url").fill("https://example.org/hook/s3cret")
    too_late(root)
    assert page.evaluate("Object.values(localStorage).join()").count("river") == 0
    assert page.evaluate(KEPT) == ""


def test_a_browser_that_keeps_nothing_saves_all_the_same(
    someone: Someone, rule: RoutingRule
) -> None:
    oscar = someone("oscar", "operator")
    oscar.page.add_init_script(NOTHING_OF_OURS)
    page = oscar.opens(page_of(rule))
    page.get_by_label("Handler agent").fill("polisher")
    saves(page)
    page.get_by_text("was changed successfully").wait_for()
    rule.refresh_from_db()
    assert rule.handler_agent == "polisher"
