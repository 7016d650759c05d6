"""A writer chooses a file: what cannot be the text is refused, and nothing typed is lost."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.test_working import typed, writing
from workflows.models import Draft

REFUSED = [
    ("x.exe", b"MZ\0\0", "x.exe has a NUL character"),
    ("mine.docx", b"PK\x03\x04\xff\xfe", "mine.docx is not UTF-8 text"),
    ("empty.md", b"", "empty.md is empty"),
    ("big.md", b"x" * (settings.BINDERY_MAX_CHAPTER_BYTES + 1), "big.md has "),
]


def test_a_wrong_file_is_refused_at_once_and_a_good_one_is_asked_about(
    someone: Callable[..., Person],
) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    typed(page, "Kept. ")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_contain_text(
        re.compile(r"Saved \d\d:\d\d UTC"), timeout=20_000
    )
    page.get_by_text("A note, a file").click()
    for name, content, said in REFUSED:
        choose(page, name, content)
        page.get_by_role("button", name="Take this file").click()
        expect(page.locator("#said")).to_contain_text(said)
        page.evaluate("document.getElementById('said').replaceChildren()")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#said")).to_contain_text(said)
        expect(page.get_by_role("dialog")).to_be_hidden()
    anna.looks("work-file-refused", whole=False)
    choose(page, "mine.md", b"Alone\n")
    page.keyboard.press("Control+Enter")
    asked = "The file mine.md is handed in: 6 bytes, 1 word. The text in the field is not handed in"
    expect(page.get_by_role("dialog")).to_contain_text(asked)
    anna.looks("work-file-asked", whole=False)
    assert Draft.objects.get().text.startswith("Kept. ")
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    page.get_by_text("Handed in.").wait_for()
    assert desk.crew.artifact("chapter", "01-one").content() == b"Alone\n"


def test_nothing_but_space_is_not_asked_about(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    page.get_by_label("Text", exact=True).fill(" \n")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("There is no text to hand in")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_headings_are_in_order(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone)
    page = anna.opens(desk.at("work"))
    page.get_by_role("tab", name="Wanted").wait_for()
    expect(page.get_by_role("heading", name="What is wanted")).to_be_attached()
    found = Axe().run(page, options={"runOnly": ["heading-order"]}).response
    assert [one["id"] for one in found["violations"]] == []


def choose(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "text/markdown", "buffer": content}
    page.get_by_label("Take the text from a file").set_input_files(file)  # type: ignore[arg-type]
