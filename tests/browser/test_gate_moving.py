"""Moving through the chapters of a gate while they are loaded."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.person import PHONE, Person, rests, until
from tests.editing import gate_of, waiting

TEXTS = {f"0{n}-one": f"# Chapter {n}\n\n{'Other words.' * 9}\n\n" * 40 for n in (1, 2, 3)}


def wheel(page: Page) -> None:
    """The page is told of it a while after it was turned."""
    page.evaluate("addEventListener('wheel', () => (document.body.dataset.turned = 'yes'))")
    page.mouse.wheel(0, -50_000)
    expect(page.locator("body[data-turned]")).to_be_attached()


GOES_ON: dict[str, Callable[[Page], None]] = {
    "click": lambda page: page.get_by_role("heading", level=1).click(),
    "wheel": wheel,
    "key": lambda page: page.keyboard.press("Home"),
    "focus": lambda page: page.get_by_label("Approve").focus(),
}


@pytest.fixture
def before_the_last(someone: Callable[..., Person]) -> tuple[Page, Callable[[], None]]:
    """A gate whose last chapter is loaded once the answer says so, that `load` does."""
    page = someone("anna", "managing-editor").page
    held: list[Route] = []
    is_held = True

    def hold(route: Route) -> None:
        if is_held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/chapters/03-one/**", hold)
    page.goto(f"/gates/{gate_of(waiting(3, TEXTS)).pk}/")
    expect(page.locator(".gate-chapter.waits")).not_to_have_count(0)

    def load() -> None:
        nonlocal is_held
        until(page, lambda: held)  # the page marks what it asks for before the request is out
        is_held = False
        for one in held:
            one.continue_()
        page.locator("#chapter-3 .redline").wait_for()
        rests(page)  # once it is where it leads to

    return page, load


def leads_to(page: Page, chapter: int) -> None:
    chapters = page.get_by_role("navigation", name="Chapters")
    chapters.get_by_role("link", name=f"Chapter {chapter}").click()
    expect(page.locator(f"#chapter-{chapter}")).to_be_focused()


def test_who_waits_for_a_chapter_is_led_to_it(
    before_the_last: tuple[Page, Callable[[], None]],
) -> None:
    page, load = before_the_last
    leads_to(page, 3)
    load()
    expect(page.locator("#chapter-3")).to_be_focused()
    assert page.locator("#chapter-3").evaluate("(one) => one.getBoundingClientRect().top") < 100


def test_no_chapter_that_is_still_to_come_is_passed_by(someone: Callable[..., Person]) -> None:
    page = someone("anna", "managing-editor").page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/chapters/03-one/**", hold)
    page.goto(f"/gates/{gate_of(waiting(4, {**TEXTS, '04-one': TEXTS['03-one']})).pk}/")
    for chapter in (4, 2):
        leads_to(page, chapter)
        page.locator(f"#chapter-{chapter} .redline").wait_for()
    leads_to(page, 2)
    for _ in range(page.locator("#chapter-2 [data-change]").count() + 3):
        page.keyboard.press("n")
    expect(page.locator("#chapter-3")).to_be_focused()
    until(page, lambda: held)
    held[0].continue_()
    page.locator("#chapter-3 .redline").wait_for()
    expect(page.locator("#chapter-3")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#chapter-3 [data-change]").first).to_be_focused()


@pytest.mark.parametrize("act", GOES_ON)
def test_who_has_gone_on_is_not_led_back(
    before_the_last: tuple[Page, Callable[[], None]], act: str
) -> None:
    page, load = before_the_last
    leads_to(page, 3)
    GOES_ON[act](page)
    page.evaluate("scrollTo(0, 0)")
    load()
    assert page.evaluate("scrollY") == 0


def test_who_left_a_chapter_that_was_there_is_not_led_back_by_another(
    before_the_last: tuple[Page, Callable[[], None]],
) -> None:
    page, load = before_the_last
    leads_to(page, 1)
    page.evaluate("document.activeElement.blur()")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#chapter-3.htmx-request")).to_be_attached()
    load()
    assert page.locator("#chapter-1").evaluate("(one) => one.getBoundingClientRect().top") < -1000


@pytest.mark.parametrize("button", ["Request changes", "Approve"])
def test_on_a_phone_the_form_stays_in_view_while_chapters_come(
    someone: Callable[..., Person], button: str
) -> None:
    anna = someone("anna", "managing-editor", viewport=PHONE, has_touch=True)
    page = anna.opens(f"/gates/{gate_of(waiting(3, TEXTS)).pk}/")
    page.get_by_role("navigation", name="Decide").get_by_text(button).tap()
    expect(page.locator("#chapter-3.waits")).to_have_count(0)
    rests(page)
    expect(page.locator("#decide :focus")).to_be_in_viewport()
