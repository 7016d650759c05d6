"""Nothing of a page lies over the line in which one types: not its head, and not its bar."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import test_escalation as escalated
from tests.browser.person import PHONE, Person, rests
from tests.browser.test_gate import place
from tests.browser.test_working import writing
from tests.editing import waiting

ABOVE_THE_KEYS = {**PHONE, "height": 500}
"""What an on-screen keyboard leaves of a phone."""

LINES = "\n".join(f"Line {number}." for number in range(1, 41))
PLACE = """([area, number]) => {
  const at = area.value.split("\\n").slice(0, number).join("\\n").length;
  const line = parseFloat(getComputedStyle(area).lineHeight);
  area.focus({ preventScroll: true });
  area.setSelectionRange(at, at);
  area.scrollTop = (number - 3) * line;
}"""
LINE = """area => {
  const style = getComputedStyle(area);
  const line = parseFloat(style.lineHeight);
  const above = area.value.slice(0, area.selectionStart).split("\\n").length - 1;
  const inner = parseFloat(style.paddingTop) + parseFloat(style.borderTopWidth) - area.scrollTop;
  const box = area.getBoundingClientRect();
  const top = box.top + inner + above * line;
  const seen = (y) => document.elementFromPoint(box.left + 15, y) === area;
  return { top, bottom: top + line, seen: seen(top + 3) && seen(top + line - 3) };
}"""

NO_MORE_TIMERS = "window.setTimeout = () => 0"
"""The bar says what it says; nothing is tried again while one looks."""


@pytest.mark.parametrize("size", [PHONE, ABOVE_THE_KEYS], ids=["phone", "keyboard"])
def test_of_a_chapter(someone: Callable[..., Person], size: dict[str, int]) -> None:
    anna, desk = writing(someone, viewport=PHONE)
    page = anna.opens(desk.at("work"))
    area = page.get_by_label("Text", exact=True)
    area.fill(LINES)
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    hidden = unseen(page, area)
    anna.looks(f"typing-{size['height']}", whole=False)
    assert hidden == []


def test_of_a_chapter_below_a_long_word_of_the_bar(someone: Callable[..., Person]) -> None:
    anna, desk = writing(someone, viewport=ABOVE_THE_KEYS)
    page = anna.opens(desk.at("work"))
    area = page.get_by_label("Text", exact=True)
    area.fill(LINES)
    anna.context.set_offline(True)
    page.keyboard.press("Control+s")
    page.get_by_text("until then the text is kept").wait_for()
    page.evaluate(NO_MORE_TIMERS)
    hidden = unseen(page, area)
    anna.looks("typing-offline", whole=False)
    anna.context.set_offline(False)
    assert hidden == []
    anna.forgive("ERR_INTERNET_DISCONNECTED")


@pytest.mark.parametrize("width", [390, 1280])
def test_of_a_reason_at_a_gate(someone: Callable[..., Person], width: int) -> None:
    crew = waiting(3)
    anna = someone("anna", "managing-editor", viewport={"width": width, "height": 500})
    page = anna.opens(place(crew))
    page.get_by_label("Request changes").check()
    area = page.get_by_label("Reason")
    area.fill(LINES)
    hidden = unseen(page, area)
    anna.looks(f"typing-gate-{width}", whole=False)
    assert hidden == []


@pytest.mark.parametrize("width", [390, 1280])
def test_of_an_answer_to_an_escalation(someone: Callable[..., Person], width: int) -> None:
    crew = escalated.three_rounds()
    lea = someone("lea", "lead-designer", viewport={"width": width, "height": 500})
    page = lea.opens(escalated.place(crew))
    area = page.locator("#resolution")
    area.fill(LINES)
    hidden = unseen(page, area)
    lea.looks(f"typing-escalation-{width}", whole=False)
    assert hidden == []


def unseen(page: Page, area: Locator) -> list[str]:
    """The lines that something lay over once a letter was typed in them, at whichever edge of the
    window they had stood."""
    found = []
    rests(page)
    height = page.evaluate("innerHeight")
    for number in (3, 20, 40):
        for edge in ("top", "bottom"):
            page.evaluate(PLACE, [area.element_handle(), number])
            line = area.evaluate(LINE)
            page.evaluate(
                "y => scrollBy(0, y)",
                line["top"] - 10 if edge == "top" else line["bottom"] - height + 10,
            )
            page.keyboard.type("x")
            page.wait_for_timeout(100)
            if not area.evaluate(LINE)["seen"]:
                found.append(f"line {number} at the {edge}")
    return found
