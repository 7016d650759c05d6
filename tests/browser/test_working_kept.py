"""What is typed at a step stays in the browser until it was taken, and no longer."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Request, Route, expect

from events.models import Rejection
from tests.agents import Crew
from tests.browser.person import Person, rests, until
from tests.browser.test_working import SELECT, typed, writing
from tests.factories import book_of, started
from tests.working import Desk, at_desk
from workflows import work
from workflows.models import Draft

PLAN = "# What to do\n\nMend chapter 2.\n"
KEPT = "Object.keys(localStorage).filter((one) => one.includes('work'))"
NO_STORAGE = """for (const name of ["getItem", "setItem", "removeItem"]) {
  Storage.prototype[name] = () => { throw new DOMException("not here", "SecurityError"); };
}"""
HEARD = """heard = [];
const told = document.getElementById("saved");
new MutationObserver(() => heard.push(told.textContent)).observe(told, { childList: true });"""
FULL = """Storage.prototype.setItem = () => {
  throw new DOMException("no room", "QuotaExceededError");
};"""


@pytest.fixture
def planning() -> Desk:
    return at_desk("bob", "agent", crew=Crew(started(book_of(4))), step="plan", item="").claimed()


def test_who_puts_a_step_back_keeps_what_was_written(
    planning: Desk, someone: Callable[..., Person]
) -> None:
    bob = someone("bob", "agent")
    page = bob.opens(planning.at("work"))
    page.get_by_label("Write it here").fill(PLAN)
    page.get_by_label("A note for whoever").fill("Not sure yet.")
    page.get_by_text("I cannot do this").click()
    page.get_by_label("Why?").fill("Tomorrow.")
    page.get_by_role("button", name="Put it back").click()
    page.get_by_text("Put back, for another to claim.").wait_for()
    bob.opens(planning.at("work"))
    page.get_by_role("button", name="Claim it").click()
    expect(page.get_by_label("Write it here")).to_have_value(PLAN)
    expect(page.get_by_label("A note for whoever")).to_have_value("Not sure yet.")
    expect(page.get_by_label("Why?")).to_have_value("")
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("Handed in.").wait_for()
    rests(page)
    assert page.evaluate(KEPT) == []


def test_a_review_comes_back_whole_after_a_session_that_ended(
    someone: Callable[..., Person],
) -> None:
    crew = Crew(started(book_of(1))).up_to("write")
    crew.claim("writer").complete("# Chapter 1\n\nSome words here. Other words there.\n")
    desk = at_desk("eve", "agent", crew=crew, step="edit").claimed()
    eve = someone("eve", "agent")
    page = eve.opens(desk.at("work"))
    page.get_by_label("A note").fill("Nearly.")
    for words in ("words here", "Other"):
        page.locator(".judged").evaluate(SELECT, words)
        page.get_by_role("button", name="Mark this passage").click()
    page.locator("[data-marks] button").last.click()
    page.get_by_label("Quote words of the text").fill("words there")
    page.get_by_label("What is to be mended?").fill("Which words?")
    page.get_by_label("clarity").check()
    rests(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Send back").click()
    page.get_by_role("heading", name="Log in").wait_for()
    eve.logs_in()
    eve.opens(desk.at("work"))
    expect(page.get_by_label("A note")).to_have_value("Nearly.")
    expect(page.locator("[data-marks] q")).to_have_text(["words here"])
    expect(page.get_by_label("Quote words of the text")).to_have_value("words there")
    expect(page.get_by_label("clarity")).to_be_checked()
    page.get_by_role("button", name="Send back").click()
    page.get_by_text("Sent back.").wait_for()
    rests(page)
    quotes = [one["quote"] for one in Rejection.objects.get().passages]
    assert quotes == ["words here", "words there"]
    assert page.evaluate(KEPT) == []


def test_a_tab_without_the_lease_leaves_alone_what_another_tab_has(
    someone: Callable[..., Person],
) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    work.take_back(desk.row(), work.TakenBack("too long"), actor="olga")
    desk.claimed()
    other = anna.context.new_page()
    other.goto(desk.at("work"))
    typed(other, "Saved in the new tab. ")
    other.keyboard.press("Control+s")
    expect(other.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    other.route("**/draft/", lambda route: route.abort())
    typed(other, "Not saved yet. ")
    expect(other.locator("#saved")).to_contain_text("the server cannot be reached", timeout=20_000)
    typed(page, "Of the old tab. ")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_contain_text("in another tab or browser", timeout=20_000)
    assert Draft.objects.get().text.startswith("Saved in the new tab. ")
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.locator("#saved")).to_contain_text("is kept as a draft", timeout=20_000)
    assert Draft.objects.get().text.startswith("Of the old tab. ")
    kept = page.evaluate("Object.values(localStorage).join()")
    assert "Not saved yet. Saved in the new tab. " in kept
    assert "Of the old tab. " not in kept
    anna.forgive("409")


def test_a_browser_that_keeps_nothing_saves_and_hands_in_all_the_same(
    someone: Callable[..., Person],
) -> None:
    anna, desk = writing(someone)
    anna.context.add_init_script(NO_STORAGE)
    page = anna.opens(desk.at("work"))
    for said in ("Colours: light", "Colours: dark"):
        page.locator("[data-theme-switch]").click()
        expect(page.locator("[data-theme-switch]")).to_have_attribute("aria-label", said)
    page.evaluate(HEARD)
    typed(page, "Kept nowhere. ")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    assert "no room to keep the text" in page.evaluate("heard.join()")  # until it was saved
    page.get_by_text("A note, a file").click()
    page.get_by_label("A note for whoever").fill("Soon.")
    expect(page.locator("#said")).to_contain_text("no room to keep the text")
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    page.get_by_text("Handed in.").wait_for()
    assert desk.row().result == {"note": "Soon."}


def test_what_is_typed_before_the_page_listens_is_saved_too(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone)
    held = first_held(anna.page, "**/work.js*")
    anna.page.goto(desk.at("work"), wait_until="commit")
    anna.page.get_by_label("Text", exact=True).press_sequentially("Early. ")
    until(anna.page, lambda: held)
    held[0].continue_()
    expect(anna.page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    assert "Early. " in Draft.objects.get().text


def test_who_goes_back_is_asked_before_another_draft_is_written_over(
    someone: Callable[..., Person],
) -> None:
    """The browser itself would put the text back, as if it were of the draft there is now."""
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    page.route("**/draft/", lambda route: route.abort())
    typed(page, "Of before. ")
    desk.save("# Newer\n")
    page.goto("/")
    page.unroute("**/draft/")
    page.go_back()
    expect(page.get_by_text("This browser has another text")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("# Newer\n")
    page.get_by_role("button", name="Put it in").click()
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    assert Draft.objects.get().text.startswith("Of before. ")
    anna.troubles = [one for one in anna.troubles if "ERR_FAILED" not in one]


def test_a_full_browser_says_so_once(planning: Desk, someone: Callable[..., Person]) -> None:
    bob = someone("bob", "agent")
    bob.context.add_init_script(FULL)
    page = bob.opens(planning.at("work"))
    page.get_by_label("Write it here").fill(PLAN)
    expect(page.locator("#said")).to_contain_text("no room to keep the text")
    page.evaluate("document.getElementById('said').replaceChildren()")
    page.get_by_label("A note for whoever").fill("Soon.")
    expect(page.locator("#said")).to_be_empty()


def test_the_preview_is_whole_again_after_a_refusal(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    page.get_by_role("tab", name="Preview").click()
    frame = page.frame_locator("iframe.preview")
    typed(page, "One. ")
    frame.get_by_text("One.").wait_for()
    Session.objects.all().delete()
    typed(page, "Two. ")
    frame.get_by_role("alert").wait_for()
    anna.logs_in()
    typed(page, "Three. ")
    frame.get_by_text("Three.").wait_for()
    assert frame.locator("head base, head link, head style").count() > 0
    anna.forgive("401")


def test_a_slow_answer_does_not_take_the_place_of_a_newer_one(
    someone: Callable[..., Person],
) -> None:
    anna, desk = writing(someone)
    with anna.page.expect_response("**/check/"):  # which the page asks for by itself
        page = anna.opens(desk.at("work"))
    page.get_by_role("tab", name="Checks").click()
    page.locator("#findings [data-count='0']").wait_for()
    ended = ends(page)
    held = first_held(page, "**/check/")
    count = page.locator("#findings [data-count]")
    with page.expect_request("**/check/"):
        page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_label("Text", exact=True).fill("# Chapter 1\n\nSome words here. TBD.\n")
    expect(count).to_have_attribute("data-count", "1", timeout=20_000)
    until(page, lambda: held)
    held[0].continue_()
    until(page, lambda: held[0].request in ended)
    page.wait_for_timeout(1500)
    expect(count).to_have_attribute("data-count", "1")


def ends(page: Page) -> list[Request]:
    """The requests that were answered from now on, or given up."""
    ended: list[Request] = []

    def end(request: Request) -> None:
        ended.append(request)

    page.on("requestfinished", end)
    page.on("requestfailed", end)
    return ended


def first_held(page: Page, address: str) -> list[Route]:
    """The first request there waits until it is told to go on; the rest go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(address, hold)
    return held
