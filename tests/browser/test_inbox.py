"""The inbox by mouse, by keys alone, on a phone, in the dark and without script."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from events.models import Escalation
from tests.agents import Crew
from tests.browser.person import PHONE, Person, rests
from tests.factories import book_of, started
from tests.waiting import at_gate, given_up
from workflows.models import Step
from workflows.roster import bind

LEFT = """(one) => [0, one.firstChild.length - 1].map((place) => {
  const range = document.createRange();
  range.setStart(one.firstChild, place);
  range.setEnd(one.firstChild, place + 1);
  return range.getBoundingClientRect().left;
})"""
"""Of the first letter and of the last."""


@pytest.fixture
def waiting() -> dict[str, Any]:
    """Something of each kind: gates late, soon due and fresh, an escalation, work, work held."""
    bind("writer", "human")
    bind("editor", "external")
    late = at_gate(book_of(1, slug="razorweave", title="Razorweave Core Rulebook"))
    soon = at_gate(book_of(1, slug="ashes", title="Ashes of the Ninth Road"))
    given_up(book_of(1, slug="salt", title="Salt & Silence: a Campaign"))
    fresh = at_gate(book_of(1, slug="glass", title="The Glass Marches"))
    writing = Crew(started(book_of(3, slug="deep", title="Deep Water")))
    writing.claim("project-manager").complete()
    writing.claim("writer", worker="anna", lease_seconds=200_000)
    now = timezone.now()
    for crew, ago, due in ((late, 98, -50), (soon, 40, 8)):
        Step.objects.filter(pk=crew.step("approve").pk).update(
            created_at=now - timedelta(hours=ago), due_at=now + timedelta(hours=due)
        )
    Escalation.objects.update(
        created_at=now - timedelta(hours=30),
        reason="The third rewrite still buries the rule for pushing a roll under two asides, "
        "and the example contradicts the table on the facing page; somebody must decide.",
    )
    return {"late": late, "soon": soon, "fresh": fresh}


def test_what_waits_looks_calm(someone: Callable[..., Person], waiting: Any) -> None:
    anna = someone("anna", "operator")
    page = anna.opens("/")
    anna.looks("inbox")
    expect(page).to_have_title("(7) Inbox – Bindery")
    assert anna.violations() == []
    assert anna.overflow() <= 0


def test_by_keys_alone_one_finds_and_opens_a_gate(
    someone: Callable[..., Person], waiting: Any
) -> None:
    anna = someone("anna", "operator")
    page = anna.opens("/")
    gate = waiting["late"].step("approve").pk
    soon = waiting["soon"].step("approve").pk
    focused = page.locator("[data-row]:focus-within")
    press = page.keyboard.press
    press("j")
    expect(focused).to_have_attribute("data-row", f"gate-{gate}")
    press("k")
    expect(focused).to_have_attribute("data-row", f"gate-{gate}")
    press("ArrowDown")
    expect(focused).to_have_attribute("data-row", f"gate-{soon}")
    anna.looks("inbox-selected")
    press("Control+j")
    press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(page.get_by_text("Open a gate to request changes")).to_be_visible()
    anna.looks("inbox-keys", whole=False)
    assert anna.violations() == []
    press("j")
    press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    expect(focused).to_have_attribute("data-row", f"gate-{soon}")
    press("/")
    expect(page.get_by_label("Book")).to_be_focused()
    press("Escape")
    expect(focused).to_have_attribute("data-row", f"gate-{soon}")
    press("r")
    page.wait_for_url(f"**/gates/{soon}/#changes")
    page.go_back()
    press("j")
    press("a")
    page.wait_for_url(f"**/gates/{gate}/#approve")
    page.go_back()
    for _ in range(3):
        press("j")
    press("a")
    press("Enter")
    page.wait_for_url("**/escalations/*/")


def test_what_is_typed_after_r_is_the_reason(someone: Callable[..., Person], waiting: Any) -> None:
    page = someone("anna", "owner").opens("/")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("#changes")).to_be_checked()
    page.wait_for_load_state("load")
    page.keyboard.type("needs a map")
    expect(page.locator("#decide [name=reason]")).to_have_value("needs a map")


def test_a_title_that_turns_the_direction_turns_nothing_beside_it(
    someone: Callable[..., Person],
) -> None:
    at_gate(book_of(1, slug="turned", title="Cool \u202elooC"))
    page = someone("anna", "owner").opens("/")
    beside = page.locator(".what a span")
    expect(beside).to_contain_text("approve")
    first, last = beside.evaluate(LEFT)
    assert first < last


def test_by_keys_one_steps_through_the_filters_and_sends_them_with_enter(
    someone: Callable[..., Person], waiting: Any
) -> None:
    anna = someone("anna", "operator")
    page = anna.opens("/")
    apply = page.get_by_role("button", name="Apply")
    expect(apply).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.press("d")  # a select goes to the choice that begins so
    expect(page.get_by_label("Book")).to_have_value("deep")
    expect(apply).to_be_visible()
    anna.looks("inbox-by-keys")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Book")).to_have_value("razorweave")
    expect(page.locator("[data-row]")).to_have_count(7)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?book=razorweave*")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_what_a_pointer_chose_is_sent_at_once(someone: Callable[..., Person], waiting: Any) -> None:
    anna = someone("anna", "operator")
    page = anna.opens("/")
    page.get_by_label("Book").dispatch_event("pointerdown")
    page.get_by_label("Book").select_option("Deep Water")
    page.wait_for_url("**/?book=deep*")


def test_what_is_new_is_told_and_moves_nothing_until_it_is_asked_for(
    someone: Callable[..., Person], waiting: Any
) -> None:
    anna = someone("olga", "owner")
    anna.page.clock.install()
    page = anna.opens("/")
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(3)
    page.keyboard.press("j")
    at_gate(book_of(1, title="New from the Press"))
    waiting["soon"].decide()
    page.clock.run_for(21_000)
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    expect(rows).to_have_count(3)
    expect(page.locator(".gone")).to_have_count(1)
    expect(page).to_have_title("(3) Inbox – Bindery")
    anna.looks("inbox-news")
    page.keyboard.press(".")
    expect(rows).to_have_count(3)
    expect(rows.last).to_contain_text("New from the Press")
    expect(page.locator("[data-row]:focus-within")).to_contain_text("Razorweave")


def test_a_server_that_is_gone_and_a_session_that_ended_are_told_plainly(
    someone: Callable[..., Person], waiting: Any
) -> None:
    anna = someone("olga", "owner")
    anna.page.clock.install()
    page = anna.opens("/")
    anna.context.set_offline(True)
    page.clock.run_for(21_000)
    expect(page.get_by_text("The server cannot be reached since")).to_be_visible()
    anna.looks("inbox-unreachable")
    rests(page)
    anna.context.set_offline(False)
    page.clock.run_for(21_000)
    expect(page.get_by_text("The server cannot be reached since")).to_be_hidden()
    rests(page)  # what is asked while it asks is dropped
    anna.context.clear_cookies()
    page.clock.run_for(21_000)
    expect(page.get_by_text("your session has ended")).to_be_visible()
    for words in ("ERR_INTERNET_DISCONNECTED", "401", "htmx:"):
        anna.forgive(words)


def test_it_fits_a_phone_and_the_dark(someone: Callable[..., Person], waiting: Any) -> None:
    anna = someone("anna", "operator", viewport=PHONE, color_scheme="dark")
    page = anna.opens("/")
    anna.looks("inbox-phone-dark")
    assert anna.overflow() <= 0
    assert anna.violations() == []
    page.set_viewport_size({"width": 1280, "height": 900})
    anna.looks("inbox-dark")


def test_it_reads_and_filters_without_script(someone: Callable[..., Person], waiting: Any) -> None:
    anna = someone("vera", "viewer", java_script_enabled=False)
    page = anna.opens("/")
    anna.looks("inbox-nothing")
    page.get_by_role("link", name="Everything").click()
    page.get_by_label("Book").select_option("Deep Water")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    anna.looks("inbox-no-script")
    page.get_by_role("link", name="Clear").click()
    page.get_by_role("link", name="Escalations").click()
    page.locator("[data-row] a").click()
    page.wait_for_url("**/escalations/*/")


def test_an_operator_of_an_empty_installation_is_told_how_to_begin(
    someone: Callable[..., Person],
) -> None:
    anna = someone("anna", "operator")
    page = anna.opens("/")
    expect(page.get_by_role("heading", name="There is no book yet")).to_be_visible()
    anna.looks("inbox-empty")
    assert anna.violations() == []
    page.goto("/nowhere/")
    anna.looks("not-found")
    assert anna.violations() == []
    anna.forgive("404")
