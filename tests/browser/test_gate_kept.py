"""What is filled in at a gate stays in the browser until the decision was taken, and no longer."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from events.models import Rejection
from tests.agents import Crew
from tests.browser.person import PHONE, Person, rests
from tests.browser.test_gate import SOME, place
from tests.editing import waiting, write

KEPT = "Object.keys(localStorage).filter((key) => key.includes('gate'))"


@pytest.fixture
def crew() -> Crew:
    return waiting(3, SOME)


def fill(page: Page, chapter: str, kind: str = "Style") -> None:
    page.get_by_label("Request changes").check()
    page.get_by_label(kind).check()
    page.get_by_label("Reason").fill("A long and careful reason.")
    page.get_by_role("checkbox", name=chapter).check()


def all_chapters_are_there(page: Page) -> None:
    """Nothing is asked of the server any more that a session which ends would refuse."""
    rests(page)
    expect(page.locator(".gate-chapter.waits")).to_have_count(0)


def sends(page: Page) -> None:
    page.get_by_role("button", name="Request changes").click()


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE, "color_scheme": "dark"}])
def test_what_was_filled_in_survives_a_session_that_ends(
    crew: Crew, someone: Callable[..., Person], options: dict[str, object]
) -> None:
    anna = someone("anna", "managing-editor", **options)
    page = anna.opens(place(crew))
    fill(page, "Chapter 1")
    page.get_by_role("checkbox", name="Chapter 3").check()
    page.get_by_role("checkbox", name="Chapter 3").uncheck()
    page.get_by_text("Quote a passage by hand").click()
    page.get_by_label("Chapter of quote 1").select_option("02-one")
    page.get_by_label("Quote 1", exact=True).fill("words")
    page.get_by_label("Sent back to").select_option("write")
    all_chapters_are_there(page)
    Session.objects.all().delete()
    sends(page)
    page.get_by_role("heading", name="Log in").wait_for()
    anna.logs_in()
    anna.opens(place(crew))
    expect(page.get_by_label("Request changes")).to_be_checked()
    expect(page.get_by_label("Style")).to_be_checked()
    expect(page.get_by_label("Reason")).to_have_value("A long and careful reason.")
    expect(page.get_by_role("checkbox", name="Chapter 1")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Chapter 3")).not_to_be_checked()
    expect(page.get_by_label("Chapter of quote 1")).to_have_value("02-one")
    expect(page.get_by_label("Quote 1", exact=True)).to_have_value("words")
    expect(page.get_by_label("Sent back to")).to_have_value("write")
    expect(page.locator("#goes")).to_contain_text("at write")
    anna.looks(f"gate-kept-{len(options)}", whole=False)
    page.get_by_label("Quote 1", exact=True).fill("")
    sends(page)
    page.get_by_text("You sent “Chapter 1” back for style").wait_for()
    rests(page)
    assert page.evaluate(KEPT) == []


def without(route: Route, chapter: str) -> None:
    """The page as if it had no such chapter to tick, and styles led nowhere."""
    answer = route.fetch()
    page = answer.text().replace(f'value="{chapter}"', 'value="09-other"')
    page = page.replace('value="style"', 'value="style" disabled')
    route.fulfill(response=answer, body=page)


def test_a_run_that_was_to_be_ended_asks_once_more_whether_one_is_sure(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    page = (anna := someone("anna", "managing-editor")).opens(place(crew))
    page.get_by_label("Reject").check()
    page.get_by_label("I am sure").check()
    anna.opens(place(crew))
    expect(page.get_by_label("Reject")).to_be_checked()
    expect(page.get_by_label("I am sure")).not_to_be_checked()


def test_what_is_kept_is_not_mixed_with_what_a_refused_page_brings_back(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    """Another tab of the same browser was filled in since; and who decided before made another
    attempt of the gate."""
    anna = someone("anna", "managing-editor")
    page = anna.opens(place(crew))
    fill(page, "Chapter 2")
    other = anna.context.new_page()
    other.goto(place(crew))
    other.get_by_role("checkbox", name="Chapter 2").uncheck()
    fill(other, "Chapter 3", "Clarity")
    ben = someone("ben", "managing-editor")
    fill(ben.opens(place(crew)), "Chapter 1", "Clarity")
    sends(ben.page)
    ben.page.get_by_text("You sent “Chapter 1” back").wait_for()
    write(crew, {"01-one": "# Chapter 1\n\nClear words.\n"}, "clarity-editor", worker="clara")
    crew.up_to("approve")
    sends(page)
    page.get_by_text("Changed since you read it").wait_for()
    all_chapters_are_there(page)
    Session.objects.all().delete()
    sends(page)
    page.get_by_role("heading", name="Log in").wait_for()
    anna.logs_in()
    anna.opens(place(crew))
    expect(page.get_by_label("Style")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Chapter 2")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Chapter 3")).not_to_be_checked()
    sends(page)
    page.get_by_text("You sent “Chapter 2” back for style").wait_for()
    anna.forgive("409")
    assert Rejection.objects.filter(run=crew.run).count() == 2


def test_a_chapter_and_a_kind_that_are_gone_are_not_put_back(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    anna = someone("anna", "managing-editor")
    page = anna.opens(place(crew))
    fill(page, "Chapter 1")
    page.route("**/gates/*/", lambda route: without(route, "01-one"))
    anna.opens(place(crew))
    expect(page.get_by_label("Reason")).to_have_value("A long and careful reason.")
    expect(page.get_by_label("Style")).not_to_be_checked()
    assert page.locator('[name="item"]:checked').count() == 0
