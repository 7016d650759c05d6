"""Passages that were marked at a gate: a rejection points at the words that were marked, or at
none."""

import json
from pathlib import Path
from typing import Any

import pytest

from books import registry
from events.models import Rejection
from tests.agents import Crew
from tests.editing import gate_of, to_the_gate, waiting
from tests.factories import started
from tests.journeys.test_gate_page import address, browser, changes, text
from tests.journeys.test_gate_page_read import made_meanwhile

pytestmark = pytest.mark.django_db
LONG = "# Chapter 1\n\n" + "".join(f"Line {n} has its own words.\n\n" for n in range(9))


def sent(crew: Crew, *marked: dict[str, Any], **more: Any) -> Any:
    client = browser()
    form = changes(client, crew, passages=json.dumps(marked), **more)
    return client.post(address(crew), form)


def kept(crew: Crew) -> list[tuple[str, int]]:
    [rejection] = Rejection.objects.filter(run=crew.run)
    return [(one["quote"], one["start"]) for one in rejection.passages]


def of_lines_broken_anew(folder: Path) -> tuple[Crew, str]:
    """A gate over a chapter of a paragraph that a Windows editor wrote, and its text."""
    old = "# T\r\n\r\nOne two three four five\r\nsix seven eight nine ten eleven.\r\n"
    new = "# T\r\n\r\nOne two three\r\nfour five six seven changed eight\r\nnine ten eleven.\r\n"
    (folder / "01-one.md").write_bytes(old.encode())
    book = registry.register(slug="b", title="B", source=folder)
    return to_the_gate(started(book), {"01-one": new}), new


def test_offsets_that_a_browser_counted_otherwise_give_way_to_the_words(tmp_path: Path) -> None:
    crew, new = of_lines_broken_anew(tmp_path)
    shown = new.index("eleven") - 2
    marked = {"chapter": "01-one", "quote": "eleven", "start": shown, "end": shown + 6}
    assert sent(crew, marked).status_code == 302
    assert kept(crew) == [("eleven", new.index("eleven"))]


def test_only_lines_that_a_browser_shows_otherwise_are_not_plain(tmp_path: Path) -> None:
    crew, _ = of_lines_broken_anew(tmp_path)
    page = text(browser().get(address(crew)))
    assert (page.count("data-start="), page.count('data-plain="no"')) == (3, 1)


def test_what_was_marked_in_another_text_is_looked_for_by_its_words() -> None:
    crew = waiting(texts={"01-one": "# Chapter 1\n\nSome words, and then again some words.\n"})
    chapter = browser().get(address(crew)).context["asked"].lines[0].chapter
    marked = {"chapter": "01-one", "quote": "words", "start": 18, "end": 23}
    assert sent(crew, {**marked, "digest": chapter.before}).status_code == 302
    assert kept(crew) == [("words", None)]


def test_in_the_text_it_was_marked_in_it_stands_where_it_was_marked() -> None:
    crew = waiting(texts={"01-one": "# Chapter 1\n\nSome words, and then again some words.\n"})
    page = browser().get(address(crew))
    digest = page.context["asked"].lines[0].chapter.now
    assert f'data-chapter="01-one" data-digest="{digest}"' in text(page)
    marked = {"chapter": "01-one", "quote": "words", "start": 45, "end": 50, "digest": digest}
    assert sent(crew, marked).status_code == 302
    assert kept(crew) == [("words", 45)]


@pytest.mark.parametrize("more", [{}, {"digest": "0" * 64}])
def test_words_that_are_there_no_more_are_told_and_nothing_is_sent_back(
    more: dict[str, str],
) -> None:
    crew = waiting()
    made_meanwhile(crew)
    marked = {"chapter": "01-one", "quote": "other words", "start": 18, "end": 29, **more}
    answer = sent(crew, marked)
    assert answer.status_code == 400
    assert "01-one does not say &quot;other words&quot;" in text(answer)
    assert not Rejection.objects.filter(run=crew.run).exists()
    assert gate_of(crew).status == "awaiting_decision"


def test_lines_that_were_folded_belong_to_what_was_marked_around_them() -> None:
    crew = waiting(texts={"01-one": LONG})
    start, end = LONG.index("Line 1"), LONG.index("words.\n\nLine 8") + 5
    seen = "Line 1 has its own words.\n\n\nLine 6 has its own words.\n\nLine 7 has its own words"
    marked = {"chapter": "01-one", "quote": seen, "start": start, "end": end}
    assert sent(crew, marked).status_code == 302
    assert kept(crew) == [(LONG[start:end], start)]


def test_more_than_are_taken_are_refused_before_they_are_looked_for() -> None:
    crew = waiting()
    one = {"chapter": "01-one", "quote": "", "start": 0, "end": 4}
    answer = sent(crew, *[one] * 1001)
    assert answer.status_code == 400
    assert "1001 passages; a rejection has at most 1000" in text(answer)
