"""Who decides a gate that another has decided meanwhile loses nothing that was filled in."""

import pytest

from tests.agents import Crew
from tests.editing import waiting
from tests.journeys.test_gate_page import address, browser, changes, filled, marked, text

pytestmark = pytest.mark.django_db


def prepare() -> str:
    return waiting().run.public_id


@pytest.fixture
def crew(prepared: str) -> Crew:
    return Crew(prepared, "erin")


def test_who_comes_too_late_reads_all_that_was_filled_in(crew: Crew) -> None:
    grace, henry = browser(), browser("henry")
    late = changes(
        henry,
        crew,
        rejection_type="style",
        reason="mine <b>too</b>",
        to_step="write",
        passages=marked("01-one", 13, 29, "Some other words"),
        quote=["words here"],
        quote_chapter=["02-one"],
        item=["03-one"],
    )
    grace.post(address(crew), filled(grace, crew))
    page = text(henry.post(address(crew), late))
    assert "Nothing was done: <b>grace</b> approved it" in page
    wrote = page.partition("What you wrote")[2]
    for told in ("Request changes for style, sent back to write", "mine &lt;b&gt;too", "words here",
                 "Some other words", "Chapter 1", "Chapter 2", "Chapter 3"):  # fmt: skip
        assert told in wrote
    assert "What you wrote" not in text(henry.get(address(crew)))
