"""What the page of a chapter says of the text and of the step is so, or it says that it does not
know."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import PHONE, Person
from tests.browser.test_working import typed, writing
from tests.working import at_desk
from workflows import work

FOUND = "A review may send it back for 1 new finding of the checks."


def test_the_question_names_findings_of_a_text_that_was_just_opened(
    someone: Callable[..., Person],
) -> None:
    anna, desk = writing(someone)
    desk.save("# Chapter 1\n\nSome words here, and TBD.\n")
    page = anna.opens(desk.at("work"))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_contain_text(FOUND)
    anna.looks("work-asks-with-findings", whole=False)
    page.get_by_role("button", name="Go on writing").click()
    page.reload()
    expect(page.get_by_role("tab", name="Checks 1")).to_be_visible()


def test_the_question_does_not_say_what_it_does_not_know(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    expect(page.locator("#findings .none")).to_be_attached()
    page.route("**/check/", lambda route: route.abort())
    typed(page, "TBD. ")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_contain_text("what a review may find is not known")
    anna.looks("work-asks-unknown", whole=False)
    anna.forgive("ERR_FAILED")


def test_who_lost_a_step_is_led_to_claim_it_again(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    work.take_back(desk.row(), work.TakenBack("too long"), actor="olga")
    typed(page, "Late. ")
    with anna.context.expect_page() as opened:
        page.get_by_role("link", name="It is free: claim it again").click()
    anna.looks("work-lost", whole=False)
    opened.value.get_by_role("button", name="Claim it").click()
    expect(opened.value.get_by_label("Text", exact=True)).to_have_value(re.compile("^Late. #"))
    anna.forgive("409")


WRITING = {"Ctrl+S", "Ctrl+Enter", "Ctrl+Shift+P"}
PAGES = [("work", WRITING), ("password", set()), ("refused", set()), ("free", set())]


@pytest.mark.parametrize(("which", "told"), PAGES, ids=[name for name, _ in PAGES])
@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_every_page_shows_its_keys(
    someone: Callable[..., Person], which: str, told: set[str], size: dict[str, int] | None
) -> None:
    anna, desk = writing(someone, **({"viewport": size, "color_scheme": "dark"} if size else {}))
    free = at_desk("anna", "agent", crew=desk.crew, item="02-one")
    places = {"work": desk.at("work"), "free": free.at("work"), "password": "/password/"}
    page = anna.opens(places.get(which, "/work/999999/"))
    page.locator("#main").focus()
    page.keyboard.press("?")
    assert keys_of(page) == {*told, "?"}
    anna.looks(f"keys-{which}-{'phone' if size else 'desk'}", whole=False)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Keys").click()
    assert keys_of(page) == {*told, "?"}
    if which == "refused":
        anna.forgive("404")


def keys_of(page: Page) -> set[str]:
    page.get_by_role("dialog", name="Keys").wait_for()
    return set(page.locator("#keys kbd").all_inner_texts())
