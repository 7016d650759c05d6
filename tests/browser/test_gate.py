"""A gate before all kinds of browsers: without scripts, on a phone, in the dark."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from artifacts.registry import Handed, register
from events.models import Rejection
from tests.agents import Crew
from tests.browser.person import PHONE, Person
from tests.editing import gate_of, waiting, write
from tests.factories import book_of, started
from tests.journeys.test_gate_passages import of_lines_broken_anew

SOME = {"01-one": "# Chapter 1\n\nSome *other* words here, 🎲 rolled twice.\n\nAnd a line more.\n"}


@pytest.fixture
def crew() -> Crew:
    return waiting(3, SOME)


SELECT = """(line, words) => {
  const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.data.indexOf(words);
    if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
  }
}"""


def place(crew: Crew) -> str:
    return f"/gates/{gate_of(crew).pk}/"


def test_without_scripts_it_is_read_and_decided(crew: Crew, someone: Callable[..., Person]) -> None:
    anna = someone("anna", "managing-editor", java_script_enabled=False)
    page = anna.opens(place(crew))
    anna.looks("gate-no-script")
    page.get_by_role("navigation", name="Chapters").get_by_role("link", name="Chapter 1").click()
    expect(page.get_by_role("link", name="Decide")).to_be_visible()
    anna.looks("gate-chapter-no-script")
    page.get_by_role("link", name="Decide").click()
    page.get_by_label("Request changes").check()
    page.get_by_label("Clarity").check()
    page.get_by_label("Reason").fill("Which words?")
    page.get_by_text("Quote a passage by hand").click()
    page.get_by_role("textbox", name="Quote 1").fill("rolled twice")
    page.get_by_role("button", name="Request changes").click()
    page.get_by_text("You sent “Chapter 1” back for clarity").wait_for()
    assert Rejection.objects.get(run=crew.run).passages[0]["quote"] == "rolled twice"
    write(crew, {"01-one": "# Chapter 1\n\nClear words.\n"}, "clarity-editor", worker="clara")
    crew.up_to("approve")
    anna.opens(place(crew))
    page.get_by_label("Approve").check()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("You approved").wait_for()
    assert gate_of(crew).status == "completed"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_it_fits_a_phone(crew: Crew, someone: Callable[..., Person], colours: str) -> None:
    anna = someone("anna", "managing-editor", viewport=PHONE, color_scheme=colours)
    page = anna.opens(place(crew))
    anna.looks(f"gate-phone-{colours}")
    assert anna.overflow() <= 0
    page.get_by_role("navigation", name="Decide").get_by_text("Request changes").click()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.get_by_label("Style").check()
    anna.looks(f"gate-phone-form-{colours}", whole=False)
    assert anna.overflow() <= 0
    assert anna.violations() == []


def test_a_marked_passage_counts_characters_and_can_be_taken_away(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    """Beyond a die, which is two units of a script and one character of the text."""
    anna = someone("anna", "managing-editor", color_scheme="dark")
    page = anna.opens(place(crew))
    for words in ("other", "twice"):
        page.get_by_text(words).last.evaluate(SELECT, words)
        page.keyboard.press("m")
    anna.looks("gate-marked-dark", whole=False)
    page.get_by_role("button", name="Take away passage 1").click()
    page.get_by_label("Mechanics").check()
    page.get_by_label("Reason").fill("How often?")
    assert anna.violations() == []
    page.get_by_label("Approve").check()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_text("1 passage is marked; nobody is told of it").wait_for()
    expect(page.get_by_role("button", name="Approve all the same")).to_be_visible()
    anna.looks("gate-approving-marked", whole=False)
    page.get_by_label("Request changes").check()
    page.get_by_role("button", name="Request changes").click()
    page.get_by_text("You sent “Chapter 1” back").wait_for()
    [passage] = Rejection.objects.get(run=crew.run).passages
    start = SOME["01-one"].index("twice")
    assert (passage["quote"], passage["start"]) == ("twice", start)


def test_words_in_lines_that_a_browser_shows_otherwise_are_marked_as_they_stand(
    tmp_path: Path, someone: Callable[..., Person]
) -> None:
    """Two line ends within a paragraph that a Windows editor broke anew: each is one character of
    the page and two of the text."""
    crew, text = of_lines_broken_anew(tmp_path)
    anna = someone("anna", "managing-editor")
    page = anna.opens(place(crew))
    page.get_by_text("eleven").last.evaluate(SELECT, "eleven")
    page.keyboard.press("m")
    [marked] = json.loads(page.locator('[name="passages"]').input_value())
    assert (marked["quote"], marked.get("start")) == ("eleven", None)
    page.get_by_label("Clarity").check()
    page.get_by_label("Reason").fill("How many?")
    page.get_by_role("button", name="Request changes").click()
    title = crew.run.input_version.chapters.get().title
    page.get_by_text(f"You sent “{title}” back").wait_for()
    [passage] = Rejection.objects.get(run=crew.run).passages
    assert (passage["quote"], passage["start"]) == ("eleven", text.index("eleven"))


def test_marks_kept_in_the_browser_are_looked_for_in_the_text_there_is_now(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    anna = someone("anna", "managing-editor")
    page = anna.opens(place(crew))
    page.get_by_text("twice").last.evaluate(SELECT, "twice")
    page.keyboard.press("m")
    text = f"# Chapter 1\n\n{'So ' * 9}rolled twice.\n"
    handed = Handed.of_bytes("chapter", "01-one.md", text.encode(), item="01-one")
    register(crew.run, crew.step("write", "01-one"), handed, delivered=True)
    page = anna.opens(place(crew))
    page.get_by_label("Request changes").check()
    page.get_by_label("Clarity").check()
    page.get_by_label("Reason").fill("How often?")
    page.get_by_role("button", name="Request changes").click()
    page.get_by_text("You sent “Chapter 1” back").wait_for()
    [passage] = Rejection.objects.get(run=crew.run).passages
    assert (passage["quote"], passage["start"]) == ("twice", text.index("twice"))


def test_two_editors_before_one_gate(crew: Crew, someone: Callable[..., Person]) -> None:
    anna, ben = (someone(name, "managing-editor") for name in ("anna", "ben"))
    here = place(crew)
    ben.opens(here).get_by_label("Request changes").check()
    ben.page.get_by_label("Style").check()
    ben.page.get_by_label("Reason").fill("Ben's reason")
    ben.page.get_by_role("checkbox", name="Chapter 2").check()
    page = anna.opens(here)
    page.get_by_label("Request changes").check()
    page.get_by_label("Clarity").check()
    page.get_by_label("Reason").fill("Anna was here")
    page.get_by_role("checkbox", name="Chapter 1").check()
    page.get_by_role("button", name="Request changes").click()
    page.get_by_text("You sent “Chapter 1” back").wait_for()
    write(crew, {"01-one": "# Chapter 1\n\nClear words.\n"}, "clarity-editor", worker="clara")
    crew.up_to("approve")
    ben.page.get_by_role("button", name="Request changes").click()
    ben.page.get_by_text("Changed since you read it").wait_for()
    ben.looks("gate-stale")
    expect(ben.page.get_by_label("Reason")).to_have_value("Ben's reason")
    assert ben.violations() == []
    ben.page.get_by_role("button", name="Request changes").click()
    ben.page.get_by_text("You sent “Chapter 2” back for style").wait_for()
    ben.forgive("409")
    assert Rejection.objects.filter(run=crew.run).count() == 2


def test_a_gate_without_chapters_shows_what_it_decides_on(someone: Callable[..., Person]) -> None:
    crew = Crew(started(book_of(2), workflow_type="w2"), "erin").up_to("approve")
    anna = someone("anna", "managing-editor")
    page = anna.opens(place(crew))
    page.get_by_role("heading", name="A PDF to judge").wait_for()
    expect(page.locator(".gate-preview img").first).to_be_visible()
    anna.looks("gate-pdf", whole=False)
    assert anna.violations() == []
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.get_by_text("You approved").wait_for()
