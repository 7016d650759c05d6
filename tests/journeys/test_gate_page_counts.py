"""What the page of a gate counts: the words of one comparison, and passages nobody is told of."""

import pytest

from tests.agents import Crew
from tests.editing import gate_of, to_the_gate, waiting
from tests.factories import book_of, started
from tests.journeys.test_gate_page import address, again, browser, filled, marked, text

pytestmark = pytest.mark.django_db


def prepare() -> str:
    return waiting().run.public_id


@pytest.fixture
def crew(prepared: str) -> Crew:
    return Crew(prepared, "erin")


@pytest.mark.parametrize("typed", [True, False])
def test_who_approves_is_asked_once_about_passages_nobody_would_be_told_of(
    crew: Crew, typed: bool
) -> None:
    client = browser()
    passages = {"quote": "words here", "quote_chapter": "02-one"}
    form = filled(client, crew, **passages if typed else {"passages": marked("01-one", 13, 29)})
    asked = client.post(address(crew), form)
    assert asked.status_code == 400
    assert "1 passage is marked, and nobody is told of it" in text(asked)
    assert gate_of(crew).status == "awaiting_decision"
    assert 'name="dropped" value="1"' in text(asked)
    more = {**form, "dropped": "1", "passages": marked("01-one", 13, 16), "quote": "words",
            "quote_chapter": "02-one"}  # fmt: skip
    assert "2 passages are marked" in text(client.post(address(crew), more))
    assert client.post(address(crew), {**form, "dropped": "1"}).status_code == 302
    assert gate_of(crew).status == "completed"


def test_words_before_and_after_are_of_one_comparison(crew: Crew) -> None:
    again(crew)
    client = browser()
    every, last = (client.get(f"{address(crew)}{query}") for query in ("", "?since=last"))
    counts = [page.context["asked"].first.line.weight for page in (every, last)]
    assert counts[0].words == counts[1].words
    for weight in counts:
        assert weight.words - weight.before == weight.added - weight.removed
    assert counts[0].before != counts[1].before
    assert f"{counts[1].before} → {counts[1].words} words" in text(last)


def test_chapters_stand_in_the_order_of_the_book_those_that_changed_first() -> None:
    texts = {name: f"# {name}\n\nMade anew.\n" for name in ("02-one", "03-one")}
    crew = to_the_gate(started(book_of(4), {"chapters": "03-one,04-one,02-one,01-one"}), texts)
    page = browser().get(address(crew))
    slugs = [line.chapter.slug for line in page.context["asked"].lines]
    assert slugs == ["02-one", "03-one", "01-one", "04-one"]
    assert "words before" not in text(page)
