"""From the login to the approval of a real rulebook's chapters, once by mouse and once by keyboard
alone: found in the inbox, read, one sent back with a passage marked, mended, read again, approved.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from events.models import Rejection
from tests.agents import Crew
from tests.browser.person import Person, rests
from tests.editing import COMBAT, gate_of, razorweave_waiting

PASSWORD = "a long and quiet river"  # noqa: S105
REASON = "Which die is rolled first? Say it in the order of play."
MENDED = "Initiative is rolled once, before anything else."


@pytest.fixture
def crew(razorweave: Path) -> Crew:
    return razorweave_waiting(razorweave)


@pytest.fixture
def anna(someone: Callable[..., Person]) -> Person:
    """She decides, and is not logged in."""
    anna = someone("anna", "managing-editor")
    anna.user.set_password(PASSWORD)
    anna.user.save()
    anna.context.clear_cookies()
    return anna


def mend(crew: Crew) -> None:
    """Claimed and handed back by the protocol of work; then the reviews, until the gate waits."""
    claimed = crew.claim("clarity-editor", worker="clara")
    [feedback] = claimed.brief["feedback"]
    assert feedback["reason"] == REASON
    text = claimed.brief["chapter"]["text"]
    quote = feedback["passages"][0]["quote"]
    assert claimed.item == COMBAT
    claimed.complete(text.replace(quote, f"{MENDED} {quote}", 1))
    crew.up_to("approve")


def logs_in(page: Page) -> None:
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.get_by_role("heading", name="Inbox").wait_for()
    rests(page)


def selects(page: Page, words: str) -> None:
    """Drag over the first of those words in what changed of the fights."""
    box = page.evaluate(
        """(words) => {
          const place = document.querySelector('[data-chapter="10-combat-basics"]');
          const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0 || !node.parentElement.closest("[data-start]")) continue;
            if (node.parentElement.closest("del")) continue;
            node.parentElement.scrollIntoView({ block: "center" });
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + words.length);
            const { left, right, top, bottom } = range.getBoundingClientRect();
            return { left, right, middle: (top + bottom) / 2 };
          }
        }""",
        words,
    )
    page.mouse.move(box["left"] + 1, box["middle"])
    page.mouse.down()
    page.mouse.move(box["right"] - 1, box["middle"], steps=5)
    page.mouse.up()


def returns(page: Page) -> None:
    """The gate, into the inbox that stands open, which looks again by itself."""
    rests(page)
    expect(page.locator("[data-row]")).to_have_count(0)
    page.clock.run_for(21_000)
    expect(page.locator("[data-row]")).to_have_count(1)


def test_by_mouse(crew: Crew, anna: Person) -> None:
    anna.page.clock.install()
    page = anna.opens("/")
    anna.looks("show1-01-login")
    logs_in(page)
    anna.looks("show1-02-inbox")
    page.get_by_role("link", name="Razorweave").first.click()
    page.get_by_role("heading", name="Razorweave").wait_for()
    anna.looks("show1-03-gate", whole=False)
    page.get_by_role("navigation", name="Chapters").get_by_role("link", name="Combat").click()
    expect(page.locator(f'[data-chapter="{COMBAT}"] .redline')).to_be_visible()
    expect(page.locator(f'[data-chapter="{COMBAT}"]')).to_be_focused()
    anna.looks("show1-04-second-chapter", whole=False)
    selects(page, words_of(page))
    expect(page.get_by_role("button", name="Object to this passage")).to_be_visible()
    anna.looks("show1-05-selected", whole=False)
    page.get_by_role("button", name="Object to this passage").click()
    expect(page.get_by_role("checkbox", name="10. Combat Basics")).to_be_checked()
    page.get_by_label("Clarity").check()
    page.get_by_label("Reason").fill(REASON)
    expect(page.get_by_text("clarity-editor will mend it at write")).to_be_visible()
    anna.looks("show1-06-request", whole=False)
    assert anna.violations() == []
    page.get_by_role("button", name="Request changes").click()
    page.get_by_text("You sent “10. Combat Basics” back for clarity").wait_for()
    anna.looks("show1-07-sent-back")
    assert_sent_back(words_selected(crew))

    mend(crew)
    returns(page)
    anna.looks("show1-08-inbox-again")
    page.get_by_role("link", name="Razorweave").first.click()
    page.get_by_role("link", name="Since the last round").click()
    expect(page.get_by_text(MENDED)).to_be_visible()
    expect(page.get_by_role("heading", name="1 of 2 chapters changed")).to_be_visible()
    anna.looks("show1-09-since-the-last-round", whole=False)
    page.get_by_label("Approve").check()
    anna.looks("show1-10-approve", whole=False)
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("You approved Razorweave").wait_for()
    anna.looks("show1-11-approved")
    assert gate_of(crew).status == "completed"
    assert gate_of(crew).worker == "anna"


def words_of(page: Page) -> str:
    """The first words that were added to the fights."""
    added: Any = page.evaluate(
        """() => [...document.querySelector('[data-chapter="10-combat-basics"]')
          .querySelectorAll("[data-start] ins")]
          .map((one) => one.textContent.trim()).find((one) => one.split(" ").length > 3)"""
    )
    return " ".join(added.split(" ")[:3])


def words_selected(crew: Crew) -> Rejection:
    return Rejection.objects.get(run=crew.run)


def assert_sent_back(rejection: Rejection) -> None:
    """With a passage that stands where it says."""
    [passage] = rejection.passages
    assert (rejection.item, rejection.rejection_type) == (COMBAT, "clarity")
    assert rejection.reason == REASON
    assert passage["chapter"] == COMBAT
    assert passage["end"] - passage["start"] == len(passage["quote"]) > 5


def opens_by_keys(page: Page) -> None:
    """The gate, from the inbox."""
    while "/gates/" not in str(page.evaluate("document.activeElement.getAttribute('href')")):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Razorweave").wait_for()
    rests(page)


def test_by_keyboard_alone(crew: Crew, anna: Person) -> None:
    anna.page.clock.install()
    page = anna.opens("/")
    keyboard = page.keyboard
    expect(page.get_by_label("Username")).to_be_focused()
    keyboard.type("anna")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    page.get_by_role("heading", name="Inbox").wait_for()
    rests(page)
    opens_by_keys(page)
    keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    anna.looks("show1-keys-01-keys", whole=False)
    keyboard.press("Escape")
    keyboard.press("j")
    expect(page.locator(f'[data-chapter="{COMBAT}"] .redline')).to_be_visible()
    expect(page.locator(f'[data-chapter="{COMBAT}"]')).to_be_focused()
    rests(page)
    keyboard.press("n")
    keyboard.press("ArrowRight")
    for _ in range(3):
        keyboard.press("Shift+ArrowRight")
    anna.looks("show1-keys-02-words", whole=False)
    keyboard.press("m")
    expect(page.get_by_text("Marked: “")).to_be_attached()
    keyboard.press("r")
    expect(page.get_by_label("Reason")).to_be_focused()
    keyboard.type(REASON)
    keyboard.press("Shift+Tab")
    keyboard.press("ArrowDown")  # from the first of the types, or none
    while not page.get_by_label("Clarity").is_checked():
        keyboard.press("ArrowDown")
    anna.looks("show1-keys-03-request", whole=False)
    keyboard.press("Enter")
    page.get_by_text("You sent “10. Combat Basics” back for clarity").wait_for()
    assert_sent_back(words_selected(crew))

    mend(crew)
    returns(page)
    opens_by_keys(page)
    keyboard.press("a")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    assert gate_of(crew).status == "awaiting_decision"
    anna.looks("show1-keys-04-approve", whole=False)
    keyboard.press("Enter")
    page.get_by_text("You approved Razorweave").wait_for()
    assert gate_of(crew).status == "completed"
