"""A writer and a reviewer do their steps in the browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from books import registry
from events.models import Rejection
from tests.agents import Crew
from tests.browser.person import PHONE, Person, rests, until
from tests.factories import book_of, started
from tests.working import Desk, at_desk
from workflows.models import Draft

CHAPTER = "10-combat-basics"
REASON = "Who acts first is told in two places, and not alike."


@pytest.fixture
def editing(razorweave: Path) -> Crew:
    """A run over one real chapter that was sent back for its wording: the second round."""
    source = razorweave / "1.2.0" / "chapters"
    book = registry.register(slug="razorweave", title="Razorweave Core Rulebook", source=source)
    crew = Crew(started(book, {"chapters": [CHAPTER]})).up_to("write")
    text = crew.step("write", CHAPTER).run.input_version.chapters.with_text().get(slug=CHAPTER).text
    better = text.replace("combat", "a fight", 3)
    crew.claim("writer").complete(better)
    heading = re.search(r"^## .*$", better, re.M)
    assert heading
    words = better[heading.end() :].strip().split("\n")[0][:120]
    crew.claim("editor").reject("clarity", REASON, passages=[{"quote": words}])
    return crew


def test_a_writer_goes_from_the_claim_to_the_hand_in(
    editing: Crew, someone: Callable[..., Person]
) -> None:
    anna = someone("anna", "clarity-editor")
    step = editing.step("write", CHAPTER)
    page = anna.opens(f"/work/{step.pk}/")
    anna.looks("work-free")
    assert anna.violations() == []
    page.get_by_role("button", name="Claim it").click()
    page.get_by_text(REASON).wait_for()
    anna.looks("work-wanted", whole=False)
    assert anna.violations() == []
    page.locator("button.passage").first.click()
    area = page.get_by_label("Text", exact=True)
    assert area.evaluate("one => one.selectionEnd - one.selectionStart") > 20
    page.keyboard.press("ArrowRight")
    page.keyboard.type(" Who acts first is told here alone, and TBD.")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    until(page, lambda: "told here alone, and TBD." in Draft.objects.get(worker="anna").text)
    page.get_by_role("tab", name="Checks").click()
    page.locator("#findings [data-count]").wait_for()
    anna.looks("work-checks", whole=False)
    assert anna.violations() == []
    page.get_by_role("tab", name="Preview").click()
    page.frame_locator("iframe.preview").get_by_text("told here alone").wait_for()
    anna.looks("work-preview", whole=False)
    assert anna.violations() == []
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").wait_for()
    anna.looks("work-asks", whole=False)
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    page.get_by_text("Handed in.").wait_for()
    anna.looks("work-handed-in")
    assert editing.step("write", CHAPTER).status == "completed"


def test_the_draft_survives_a_session_that_ends(
    editing: Crew, someone: Callable[..., Person]
) -> None:
    anna = someone("anna", "clarity-editor")
    step = editing.step("write", CHAPTER)
    page = anna.opens(f"/work/{step.pk}/")
    page.get_by_role("button", name="Claim it").click()
    area = page.get_by_label("Text", exact=True)
    typed(page, "Before it ended. ")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    Session.objects.all().delete()
    typed(page, "After it ended. ")
    expect(page.locator("#saved")).to_contain_text("your session has ended", timeout=20_000)
    anna.looks("work-session-ended", whole=False)
    assert anna.violations() == []
    assert "After it ended." not in Draft.objects.get(worker="anna").text
    page.reload()
    page.get_by_label("Username").wait_for()
    anna.user.set_password("a long and quiet river")
    anna.user.save()
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill("a long and quiet river")
    page.keyboard.press("Enter")
    page.get_by_text("which was not saved, is back").wait_for()
    anna.looks("work-text-is-back", whole=False)
    assert area.input_value().startswith("After it ended. Before it ended. ")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    page.get_by_role("button", name="Hand in").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    page.get_by_text("Handed in.").wait_for()
    rests(page)
    made = editing.step("write", CHAPTER).artifacts.get(artifact_type="chapter")
    assert made.content().startswith(b"After it ended. Before it ended. ")
    assert page.evaluate("Object.keys(localStorage).filter((one) => one.includes('work'))") == []
    anna.forgive("401")


def test_who_logs_in_again_in_another_tab_goes_on_in_the_first(
    someone: Callable[..., Person],
) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    Session.objects.all().delete()
    typed(page, "After it ended. ")
    expect(page.locator("#saved")).to_contain_text("your session has ended", timeout=20_000)
    anna.logs_in()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    until(page, lambda: Draft.objects.get().text.startswith("After it ended. "))
    anna.forgive("401")


def test_two_tabs_do_not_overwrite_each_other_unseen(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    other = anna.context.new_page()
    other.goto(desk.at("work"))
    typed(other, "Of the other tab. ")
    other.keyboard.press("Control+s")
    expect(other.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    typed(page, "Of this tab. ")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_contain_text("in another tab or browser", timeout=20_000)
    anna.looks("work-two-tabs", whole=False)
    assert Draft.objects.get().text.startswith("Of the other tab. ")
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    until(page, lambda: Draft.objects.get().text.startswith("Of this tab. "))
    anna.forgive("409")


def test_a_server_that_is_gone_is_told_and_tried_again(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    anna.context.set_offline(True)
    typed(page, "Offline. ")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_contain_text("the server cannot be reached", timeout=20_000)
    anna.looks("work-offline", whole=False)
    anna.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    until(page, lambda: Draft.objects.get().text.startswith("Offline. "))
    anna.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_text_comes_from_a_file_and_goes_back_again(
    someone: Callable[..., Person], tmp_path: Path
) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    page.get_by_text("A note, a file").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="download the text").click()
    assert coming.value.suggested_filename == "01-one.md"
    edited = tmp_path / "edited.md"
    edited.write_text("# Chapter 1\n\nWritten elsewhere.\n")
    page.get_by_label("Take the text from a file").set_input_files(edited)
    page.get_by_role("button", name="Take this file").click()
    page.get_by_role("button", name="Put the former text back").wait_for()
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    expect(page.get_by_role("button", name="Put the former text back")).to_be_in_viewport()
    anna.looks("work-file", whole=False)
    assert Draft.objects.get().text == "# Chapter 1\n\nWritten elsewhere.\n"
    typed(page, "Edited here. ")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_contain_text("7 words")
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    page.get_by_text("Handed in.").wait_for()
    made = desk.crew.artifact("chapter", "01-one")
    assert made.content().startswith(b"Edited here. # Chapter 1")


@pytest.mark.parametrize(("scheme", "name"), [("dark", "work-phone-dark"), ("light", "work-phone")])
def test_it_fits_a_phone(someone: Callable[..., Person], scheme: str, name: str) -> None:
    anna, desk = writing(someone, viewport=PHONE, color_scheme=scheme)
    page = anna.opens(desk.at("work"))
    page.get_by_role("tab", name="Preview").click()
    page.frame_locator("iframe.preview").get_by_text("Some words here.").wait_for()
    anna.looks(name)
    assert anna.overflow() <= 0
    assert anna.violations() == []


def test_without_a_script_all_of_it_works(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone, java_script_enabled=False)
    page = anna.opens(desk.at("work"))
    assert page.get_by_text("They run as you pause").is_hidden()
    assert page.get_by_text("They run when you ask for them").is_visible()
    area = page.get_by_label("Text", exact=True)
    area.fill("# Chapter 1\n\nWithout a script. TBD.\n")
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_text("is a placeholder").wait_for()
    page.frame_locator("iframe.preview").get_by_text("Some words here.").wait_for()
    anna.looks("work-no-script")
    area.fill("# Chapter 1\n\nWithout a script.\n")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Saved at").wait_for()
    expect(area).to_have_value("# Chapter 1\n\nWithout a script.\n")
    page.get_by_role("button", name="Hand in").first.click()
    page.get_by_text("Handed in.").wait_for()
    made = desk.crew.artifact("chapter", "01-one")
    assert made.content() == b"# Chapter 1\n\nWithout a script.\n"


def test_a_reviewer_marks_a_passage_and_sends_the_chapter_back(
    editing: Crew, someone: Callable[..., Person]
) -> None:
    editing.claim("clarity-editor").complete()
    step = editing.step("edit", CHAPTER)
    eve = someone("eve", "viewer", "agent", color_scheme="dark")
    page = eve.opens(f"/work/{step.pk}/")
    page.get_by_role("button", name="Claim it").click()
    page.locator("#findings [data-count]").wait_for()
    page.get_by_role("region", name="What changed").wait_for()
    eve.looks("review", whole=False)
    assert eve.violations() == []
    page.locator("#findings summary").click()
    page.locator("#findings button.passage").last.click()
    assert page.evaluate("getSelection().toString().length") > 0
    page.locator(".judged").evaluate(SELECT, "raises a voice")
    page.get_by_role("button", name="Mark this passage").click()
    page.get_by_label("clarity").check()
    page.get_by_label("What is to be mended?").fill("Whose voice?")
    eve.looks("review-send-back", whole=False)
    assert eve.violations() == []
    page.get_by_role("button", name="Send back").click()
    page.get_by_text("Sent back.").wait_for()
    [passage] = Rejection.objects.latest("pk").passages
    assert passage["quote"] == "raises a voice"
    assert passage["start"] is not None


def test_a_planner_writes_a_plan(someone: Callable[..., Person]) -> None:
    crew = Crew(started(book_of(4)))
    bob = someone("bob", "agent")
    desk = Desk(Client(), crew, crew.step("plan").pk)
    page = bob.opens(desk.at("work"))
    page.get_by_role("button", name="Claim it").click()
    page.get_by_label("Write it here").fill("# What to do\n\nMend chapter 2.\n")
    page.get_by_label("Chapter 2").check()
    bob.looks("work-plan")
    assert bob.violations() == []
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("Handed in.").wait_for()
    assert crew.step("plan").result == {"chapters": ["02-one"]}


SELECT = """(text, words) => {
  const node = text.firstChild;
  const start = node.data.indexOf(words);
  getSelection().setBaseAndExtent(node, start, node, start + words.length);
}"""


def writing(someone: Callable[..., Person], **options: Any) -> tuple[Person, Desk]:
    """Anna, who holds the writing of a small chapter."""
    desk = at_desk("anna", "agent").claimed()
    return someone("anna", "agent", **options), desk


def typed(page: Page, words: str) -> None:
    """At the beginning of the text."""
    rests(page)
    area = page.get_by_label("Text", exact=True)
    area.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type(words)
