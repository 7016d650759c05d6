"""A redline before a browser: of a chapter of the real rulebook, and of what is hostile."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.person import PHONE, Person, rests
from tests.journeys.test_redlines import HOSTILE, between

MOVED = "The keeper of the tower counts each of the stairs aloud.\n\n"
LINES = [f"## Rule {n}\n\nNothing in rule {n} is new.\n\n" for n in range(24)]
OLD = "".join([MOVED, *LINES[:12], "Roll two of the dice now.\n\n", *LINES[12:]])
NEW = "".join([*LINES[:12], "Roll three of the dice now.\n\n", *LINES[12:], MOVED])


def of_the_book(razorweave: Path, name: str, old: str = "1.2.0", new: str = "1.3.0") -> str:
    """The address of the redline of a real chapter."""
    both = (razorweave / number / "chapters" / name for number in (old, new))
    return between(*(file.read_text() for file in both))


def test_a_real_chapter_looks_as_it_should(
    someone: Callable[..., Person], razorweave: Path
) -> None:
    chapters = {
        "rebroken": of_the_book(razorweave, "09-tags-conditions-clocks.md", "1.0.0", "1.1.0"),
        "real": of_the_book(razorweave, "21-running-sessions.md"),
    }
    for scheme in ("light", "dark"):
        anna = someone("anna", "viewer", color_scheme=scheme)
        for name, address in chapters.items():
            for view in ("inline", "side"):
                anna.opens(f"{address}?view={view}")
                anna.looks(f"redline-{name}-{view}-{scheme}", whole=False)
                assert anna.overflow() <= 0
        assert anna.violations() == []


def test_by_keyboard_from_change_to_change_and_view_to_view(
    someone: Callable[..., Person],
) -> None:
    anna = someone("anna", "viewer")
    page = anna.opens(between(OLD, NEW))
    focused = page.locator("[data-change]:focus")
    for told in ("keeper of the tower", "Roll twothree of the dice", "keeper of the tower"):
        page.keyboard.press("n")
        assert told in (focused.text_content() or "")
    page.keyboard.press("p")
    assert "dice" in (focused.text_content() or "")
    anna.looks("redline-keyboard", whole=False)
    page.keyboard.press("v")
    page.locator(".redline.side").wait_for()
    assert anna.violations() == []
    page.reload()
    page.locator(".redline.side").wait_for()
    rests(page)
    page.keyboard.press("v")
    page.locator(".redline.inline").wait_for()


def test_folds_open_in_place_and_moves_lead_to_each_other(
    someone: Callable[..., Person],
) -> None:
    anna = someone("anna", "viewer")
    page = anna.opens(between(OLD, NEW))
    assert not page.get_by_text("Nothing in rule 3 is new.").count()
    fold = page.locator(".fold a").first
    fold.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Nothing in rule 3 is new.").first.wait_for()
    page.locator(".redline-lines .row:focus").wait_for()
    page.get_by_role("link", name="Moved to line").click()
    anna.looks("redline-moved", whole=False)
    line = NEW[: NEW.index(MOVED)].count("\n") + 1
    expect(page).to_have_url(re.compile(f"#text-{line}$"))
    page.get_by_role("link", name="Moved from line 1").click()
    expect(page).to_have_url(re.compile("#text-old-1$"))
    page.get_by_role("link", name="Unfold all").click()
    page.get_by_role("link", name="Fold what is unchanged").wait_for()
    assert page.locator(".fold").count() == 0


def test_side_by_side_a_move_is_told_on_its_own_side(someone: Callable[..., Person]) -> None:
    anna = someone("anna", "viewer")
    page = anna.opens(between(OLD, NEW) + "?view=side")
    page.get_by_role("link", name="Unfold all").click()
    page.locator(".fold").first.wait_for(state="detached")
    ends = ("Moved to line", "Moved from line 1")
    left, right = (page.get_by_role("link", name=name).bounding_box() for name in ends)
    assert left
    assert right
    middle = page.locator(".redline-lines").bounding_box()
    assert middle
    assert left["x"] < middle["x"] + middle["width"] / 2 < right["x"]
    anna.looks("redline-moved-side")


def test_a_block_that_moved_has_one_label_at_the_head_of_each_end(
    someone: Callable[..., Person],
) -> None:
    block = "## The tower\n\nThe keeper of the tower counts each of the stairs aloud.\n\n"
    left, came = "Here stood a rule of the guild.\n\n", "Two long new rules come here.\n\n" * 2
    old = "".join([LINES[0], block, *LINES[1:8], left, LINES[8]])
    new = "".join([LINES[0], came, *LINES[1:8], block, LINES[8]])
    shows = [(script, view) for script in (True, False) for view in ("inline", "side")]
    for script, view in shows:
        anna = someone("anna", "viewer", java_script_enabled=script)
        page = anna.opens(f"{between(old, new)}?view={view}")
        labels = page.get_by_role("link", name="Moved")
        assert labels.count() == 2, (script, view)
        for number, kind in enumerate(("moved_away", "moved_here")):
            label = labels.nth(number).bounding_box()
            lines = page.locator(f".cell.{kind} .text")
            head, last = lines.first.bounding_box(), lines.nth(2).bounding_box()
            assert label
            assert head
            assert last
            assert label["y"] + label["height"] <= head["y"], (script, view, kind)
            assert last["y"] - head["y"] - head["height"] <= head["height"], (script, view, kind)
        anna.looks(f"redline-block-{view}-{'script' if script else 'plain'}", whole=False)


def test_on_a_phone_in_the_dark_one_side_stands_above_the_other(
    someone: Callable[..., Person],
) -> None:
    anna = someone("anna", "viewer", viewport=PHONE, color_scheme="dark")
    for view in ("inline", "side"):
        anna.opens(between(OLD, NEW) + f"?view={view}")
        anna.looks(f"redline-phone-{view}")
        assert anna.overflow() <= 0
        assert anna.violations() == []


def test_without_script_everything_is_reached_by_links(someone: Callable[..., Person]) -> None:
    anna = someone("anna", "viewer", java_script_enabled=False)
    long = "".join(f"A new rule numbered {n} stands here.\n\n" for n in range(400))
    page = anna.opens(between(OLD, long + NEW))
    page.get_by_role("link", name="Show the next part").click()
    page.get_by_role("link", name="Side by side").click()
    page.locator(".redline.side").wait_for()
    page.get_by_role("link", name="Show the next part").click()
    to_the_last_part(page)
    page.locator(".fold a").first.click()
    to_the_last_part(page)
    page.get_by_text("Nothing in rule 3 is new.").first.wait_for()


def to_the_last_part(page: Page) -> None:
    more = page.get_by_role("link", name="Show the next part")
    rests(page)  # that link comes last of all
    while more.count():
        more.click()
        rests(page)


def test_what_a_text_says_never_runs(someone: Callable[..., Person]) -> None:
    anna = someone("anna", "viewer")
    for address in (between("a\n", HOSTILE), between(HOSTILE, "a " + HOSTILE)):
        for view in ("inline", "side"):
            page = anna.opens(f"{address}?view={view}")
            assert page.locator(".text img, .text script").count() == 0
            assert "<img src=x onerror=alert(1)>" in (page.locator("main").text_content() or "")
    anna.looks("redline-hostile", whole=False)
