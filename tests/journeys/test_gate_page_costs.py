"""What the page of a gate costs: the same number of queries whatever the number of chapters and of
rejections, and no more HTML than a page may have."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books import readings
from tests.agents import Crew
from tests.editing import write
from tests.factories import DefinitionFactory, book_of, started
from tests.journeys.test_gate_page import address, browser

pytestmark = pytest.mark.django_db
MOST_QUERIES, MOST_BYTES = 20, 150_000
LONG = "# A chapter\n\n" + "".join(f"Line {n} has its own words.\n\n" for n in range(3000))


def many(count: int) -> dict[str, str]:
    return {f"{n:02}-one": f"# Chapter {n}\n\nOther words here.\n" for n in range(1, count + 1)}


def asked(client: Any, place: str) -> tuple[int, int]:
    """Queries and bytes of a page of which nothing is kept yet."""
    caches["redlines"].clear()
    readings._book.cache_clear()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(place)
    assert answer.status_code == 200
    return len(captured), len(answer.content)


def written(count: int, texts: Mapping[str, str]) -> Crew:
    """A short workflow at its gate."""
    DefinitionFactory()
    crew = Crew(started(book_of(count), workflow_type="tiny"), "erin")
    write(crew, texts)
    return crew.up_to("approve")


def rejected(crew: Crew, *items: str) -> Crew:
    """Each of these is sent back and mended; the gate waits again."""
    crew.request_changes(*items, rejection_type="clarity", reason="unclear " * 50)
    write(crew, {one: f"# Mended\n\nNew words of {one}.\n" for one in items}, "clarity-editor")
    return crew.up_to("approve")


def test_queries_are_as_many_whatever_the_number_of_chapters_and_rejections() -> None:
    few = rejected(written(3, many(3)), "01-one")
    more = rejected(written(15, many(15)), *list(many(6)))
    client = browser()
    for place in ("", "?since=last", "chapters/01-one/?section=1"):
        less, _ = asked(client, f"{address(few)}{place}")
        queries, size = asked(client, f"{address(more)}{place}")
        assert less == queries <= MOST_QUERIES
        assert size <= MOST_BYTES


def test_a_very_long_chapter_is_shown_in_parts() -> None:
    crew = written(12, {**many(12), "01-one": LONG})
    queries, size = asked(browser(), address(crew))
    assert queries <= MOST_QUERIES
    assert size <= MOST_BYTES


def test_a_page_whose_cache_is_damaged_is_worked_out_again() -> None:
    crew = written(2, many(2))
    client, place = browser("grace", "operator"), address(crew)
    assert client.get(place).status_code == 200
    assert list(Path(caches["redlines"]._dir).glob("*.djcache"))
    for file in Path(caches["redlines"]._dir).glob("*.djcache"):
        file.write_bytes(b"damaged")
    assert client.get(place).status_code == 200
