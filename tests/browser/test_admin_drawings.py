"""The drawings of the admin: their boxes lead to what they stand for."""

from collections.abc import Callable

from playwright.sync_api import expect

from artifacts.models import Artifact
from tests.agents import Crew
from tests.browser.person import Person
from tests.desk import address
from tests.factories import book_of, started


def test_one_goes_from_a_run_to_its_step_by_keyboard(someone: Callable[..., Person]) -> None:
    crew = Crew(started(book_of(3, title="The Red Book"))).up_to("edit")
    anna = someone("anna", "editor")
    page = anna.opens(address(crew.run))
    drawing = page.get_by_role("region", name="Where it stands")
    drawing.focus()
    page.keyboard.press("Tab")
    plan = drawing.get_by_role("link").first
    expect(plan).to_be_focused()
    box = plan.locator(".box").first
    assert box.evaluate("(one) => getComputedStyle(one).strokeWidth") == "4px"
    anna.looks("admin-run-drawing-focus")
    assert anna.violations() == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address(crew.step('plan'))}")


def test_one_goes_from_a_lineage_to_what_was_made(someone: Callable[..., Person]) -> None:
    crew = Crew(started(book_of(3, title="The Red Book"))).up_to("validate")
    made = Artifact.objects.filter(run=crew.run).latest("pk")
    vera = someone("vera", "viewer", color_scheme="dark")
    page = vera.opens(address(made))
    lineage = page.get_by_role("region", name="What it was made from")
    lineage.get_by_role("link").last.focus()
    vera.looks("admin-lineage-focus-dark")
    assert vera.violations() == []
    lineage.get_by_role("link", name=str(crew.run.input_version)).click()
    page.wait_for_url(f"**{address(crew.run.input_version)}")
