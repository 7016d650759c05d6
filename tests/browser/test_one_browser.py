"""What one browser keeps and shows: nothing of another person, and no part instead of a page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.agents import Crew
from tests.browser.person import Person
from tests.editing import gate_of, waiting


@pytest.fixture
def crew() -> Crew:
    return waiting()


def place(crew: Crew) -> str:
    return f"/gates/{gate_of(crew).pk}/"


def beside(person: Person, name: str, *groups: str) -> Person:
    """Somebody else who logs in at the same browser afterwards."""
    other = Person(person.context, name, person.site, person.pictures)
    other.joins(*groups)
    other.logs_in()
    return other


def test_who_goes_back_finds_the_page_and_not_the_part_that_renewed_it(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    page = someone("anna", "managing-editor").opens("/?show=all")
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers) as renewed:
        page.evaluate("htmx.trigger(document.getElementById('waiting'), 'renew')")
    renewed.value.finished()
    page.locator("[data-row] a").click()
    page.get_by_label("Approve").wait_for()
    page.go_back()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)


def test_the_narrowest_window_needs_no_scrolling_aside(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    """Such is a page at four times its size."""
    long = someone("anna-" + "x" * 60, "managing-editor", viewport={"width": 320, "height": 640})
    for path in ("/?show=all", place(crew)):
        long.opens(path)
        assert long.overflow() <= 0, path


def test_what_one_typed_is_not_shown_to_the_next_who_logs_in(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    anna = someone("anna", "managing-editor")
    page = anna.opens(place(crew))
    page.get_by_label("Request changes").check()
    page.get_by_label("Reason").fill("Between you and me.")
    bob = beside(anna, "bob", "managing-editor")
    theirs = bob.opens(place(crew))
    theirs.get_by_label("Request changes").check()
    expect(theirs.get_by_label("Reason")).to_have_value("")
    anna.logs_in()
    anna.opens(place(crew))
    page.get_by_label("Request changes").check()
    expect(page.get_by_label("Reason")).to_have_value("Between you and me.")
