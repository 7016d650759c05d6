"""A gate over more chapters than one page lists."""

import pytest

from tests.agents import Crew
from tests.editing import write
from tests.factories import DefinitionFactory, book_of, started
from tests.journeys.test_gate_page import address, browser, text

pytestmark = pytest.mark.django_db
COUNT = 103


@pytest.fixture
def crew() -> Crew:
    DefinitionFactory()
    crew = Crew(started(book_of(COUNT), workflow_type="tiny"), "erin")
    write(
        crew, {f"{n:02}-one": f"# Chapter {n}\n\nOther words here.\n" for n in range(1, COUNT + 1)}
    )
    return crew.up_to("approve")


def test_chapters_that_have_no_room_are_counted_and_can_be_reached(crew: Crew) -> None:
    client = browser()
    answer = client.get(address(crew))
    page = text(answer)
    assert f"{COUNT} of {COUNT} chapters changed" in page
    assert "3 more changed" in page
    beyond = answer.context["asked"].lines[100]
    assert f'href="{beyond.address}"' in page
    assert beyond.chapter.title in text(client.get(beyond.address))
    assert len(answer.content) <= 150_000
