"""What moved from one chapter to another, before a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agents import Crew
from tests.browser.person import PHONE, Person
from tests.editing import gate_of
from tests.journeys.test_gate_page_moved import END, NOW, TOWER, WAS, waiting

PLACE = "03-lore"


@pytest.fixture
def crew(tmp_path: Path) -> Crew:
    """The other end is far below, in a section that is not loaded yet."""
    many = "".join(f"A new rule numbered {n} stands here for all.\n\n" for n in range(100))
    others = {f"{n:02}-one": f"# Chapter {n}\n\nOld words.\n" for n in (4, 5, 6)}
    long = {slug: text + "\n" + many for slug, text in others.items()}
    combat = {"07-combat": f"# Combat\n\nAnother thing.\n\n{many}{TOWER}{END}"}
    return waiting(tmp_path, {**WAS, **others}, {**NOW, **long, **combat})


def test_each_end_leads_to_the_other_on_the_same_page(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    for scheme in ("light", "dark"):
        anna = someone("anna", "managing-editor", color_scheme=scheme)
        page = anna.opens(f"/gates/{gate_of(crew).pk}/")
        anna.looks(f"moved-away-{scheme}", whole=False)
        page.get_by_role("link", name="Moved to Combat, line 205").click()
        page.get_by_role("link", name="Moved from Lore").wait_for()
        page.wait_for_url("**/gates/*/#c6-205")
        page.wait_for_function(
            "document.querySelector(':target').getBoundingClientRect().top < innerHeight"
        )
        anna.looks(f"moved-here-{scheme}", whole=False)
        page.get_by_role("link", name="Moved from Lore").click()
        page.wait_for_url("**/gates/*/#c1-old-5")
        assert anna.violations() == []


def test_without_script_and_on_a_phone_they_lead_to_each_others_pages(
    crew: Crew, someone: Callable[..., Person]
) -> None:
    anna = someone("anna", "managing-editor", viewport=PHONE, java_script_enabled=False)
    page = anna.opens(f"/gates/{gate_of(crew).pk}/chapters/{PLACE}/?view=side")
    anna.looks("moved-phone")
    assert anna.overflow() <= 0
    page.get_by_role("link", name="Moved to Combat, line 205").click()
    page.wait_for_url("**/chapters/07-combat/?*#c6-205")
    anna.looks("moved-phone-there", whole=False)
    assert anna.overflow() <= 0
    assert page.locator(":target").inner_text().count("keeper of the tower") == 1


def test_a_long_title_of_the_other_chapter_stays_within_the_frame_on_a_phone(
    tmp_path: Path, someone: Callable[..., Person]
) -> None:
    title = "# Lore, Legends, Recovery, and an Overview of what Came Before\n"
    old = WAS[PLACE].splitlines(keepends=True)[0]
    was = {**WAS, PLACE: WAS[PLACE].replace(old, title)}
    now = {**NOW, PLACE: NOW[PLACE].replace(old, title)}
    gate = gate_of(waiting(tmp_path, was, now))
    anna = someone("anna", "managing-editor", viewport=PHONE)
    for view in ("inline", "side"):
        page = anna.opens(f"/gates/{gate.pk}/chapters/07-combat/?view={view}")
        link = page.get_by_role("link", name="Moved from Lore, Legends")
        anna.looks(f"moved-phone-long-{view}", whole=False)
        tag, frame = link.bounding_box(), page.locator(".redline").first.bounding_box()
        assert tag
        assert frame
        assert tag["x"] + tag["width"] <= frame["x"] + frame["width"]
