"""What moved from one chapter to another, before whoever decides a gate."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artifacts.models import Artifact
from books import registry
from config.console.redlines import across
from tests.agents import Crew
from tests.editing import to_the_gate
from tests.factories import started
from tests.journeys.test_gate_page import address, browser

pytestmark = pytest.mark.django_db

TOWER = "The keeper of the tower counts <b>each</b> of the stairs aloud & twice.\n\n"
END = "The end.\n"
WAS = {
    "03-lore": f"# Lore & <i>more</i>\n\nOne thing.\n\n{TOWER}{END}",
    "05-between": "# Between\n\nNothing here.\n",
    "07-combat": f"# Combat\n\nAnother thing.\n\n{END}",
}
NOW = {
    "03-lore": WAS["03-lore"].replace(TOWER, ""),
    "07-combat": WAS["07-combat"].replace(END, TOWER + END),
}


@pytest.fixture(autouse=True)
def forgetful() -> None:
    caches["redlines"].clear()


def waiting(tmp_path: Any, was: dict[str, str], now: dict[str, str]) -> Crew:
    for slug, text in was.items():
        (tmp_path / f"{slug}.md").write_text(text)
    book = registry.register(slug="moving", title="Moving", source=tmp_path)
    return to_the_gate(started(book), now)


def section(client: Client, crew: Crew, slug: str) -> str:
    place = f"{address(crew)}chapters/{slug}/?section=1"
    answer = client.get(place, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def link(page: str) -> tuple[str, str]:
    """Where it leads, and what it says."""
    [(place, told)] = re.findall(r'<a class="tag moved" href="([^"]*)"[^>]*>([^<]*)</a>', page)
    return unescape(place), unescape(told)


def test_each_end_says_where_the_other_is_and_leads_there(tmp_path: Any) -> None:
    crew, client = waiting(tmp_path, WAS, NOW), browser()
    gone, come = (section(client, crew, slug) for slug in NOW)
    there, told = link(gone)
    assert told == "Moved to Combat, line 5"
    page = client.get(there).content.decode()
    assert f'id="{there.partition("#")[2]}"' in page
    back, told = link(come)
    assert told == "Moved from Lore & <i>more</i>, line 5"
    assert link(page)[0].partition("#")[2] == back.partition("#")[2] == "c1-old-5"
    assert 'id="c1-old-5"' in client.get(back).content.decode()
    assert "<i>more" not in page
    assert "<b>each" not in gone + come


def test_its_words_are_neither_new_nor_gone_in_the_list_and_the_redline(tmp_path: Any) -> None:
    crew, client = waiting(tmp_path, WAS, NOW), browser()
    for slug in NOW:
        page = section(client, crew, slug)
        assert '<span class="plus">+0</span> <span class="minus">−0</span>' in page
        assert '↕13<span class="of"> moved' in page


def test_a_text_that_stands_in_an_unchanged_chapter_too_did_not_move(tmp_path: Any) -> None:
    was = {**WAS, "05-between": WAS["05-between"] + "\n" + TOWER}
    crew, client = waiting(tmp_path, was, NOW), browser()
    assert "tag moved" not in section(client, crew, "03-lore") + section(client, crew, "07-combat")


def test_the_figures_follow_what_other_chapters_become(tmp_path: Any) -> None:
    """What was kept of a chapter is not told once the other end of its move is gone."""
    crew, client = waiting(tmp_path, WAS, NOW), browser()
    assert "Moved from Lore" in section(client, crew, "07-combat")
    crew.request_changes("03-lore", rejection_type="clarity", reason="It belongs here too.")
    again = WAS["03-lore"].replace("One thing.", "One thing more.")
    crew.claim("clarity-editor", worker="wanda").complete(again)
    crew.up_to("approve")
    listed = client.get(address(crew)).content.decode().partition('id="line-3"')[2]
    assert '<span class="number">changed</span>' in listed.partition("</li>")[0]
    page = section(client, crew, "07-combat")
    assert "tag moved" not in page
    assert '<span class="plus">+13</span>' in page


def test_the_other_end_is_found_in_a_later_part_of_a_long_chapter(tmp_path: Any) -> None:
    rules = "".join(f"A new rule numbered {n} stands here for all.\n\n" for n in range(900))
    crew = waiting(tmp_path, WAS, {**NOW, "07-combat": f"# Combat\n\n{rules}{TOWER}"})
    client = browser()
    place, _ = link(section(client, crew, "03-lore"))
    page = client.get(place).content.decode()
    assert f'id="{place.partition("#")[2]}"' in page
    assert "A new rule numbered 0 " not in page
    strange = client.get(re.sub(r"at=\d+", "at=x", place))
    assert (strange.status_code, b"is no number" in strange.content) == (400, True)
    assert client.get(re.sub(r"at=\d+", "at=99999", place)).status_code == 200


@pytest.mark.parametrize("bound", ["MOST_BYTES", "MOST_BYTES_OF_ONE", "MOST_BYTES_COMPARED"])
def test_chapters_beyond_a_bound_are_left_out_in_silence(
    tmp_path: Any, monkeypatch: Any, bound: str
) -> None:
    crew, client = waiting(tmp_path, WAS, NOW), browser()
    monkeypatch.setattr(across, bound, 100)
    page = section(client, crew, "03-lore")
    assert "tag moved" not in page
    assert '<span class="minus">−13</span>' in page


def test_a_chapter_whose_bytes_are_missing_hides_no_other(tmp_path: Any, store: Path) -> None:
    crew, client = waiting(tmp_path, WAS, NOW), browser()
    lost = Artifact.objects.get(artifact_type="chapter", item="07-combat").digest
    (store / lost[:2] / lost).unlink()
    page = section(client, crew, "03-lore")
    assert '<span class="minus">−13</span>' in page
    assert client.get(address(crew)).status_code == 200


def test_moves_are_kept_and_found_again_where_that_is_damaged(tmp_path: Any) -> None:
    crew, client = waiting(tmp_path, WAS, NOW), browser()
    first = section(client, crew, "03-lore")
    with CaptureQueriesContext(connection) as captured:
        assert section(client, crew, "03-lore") == first
    assert not [one for one in captured if "books_text" in one["sql"]]
    for file in Path(caches["redlines"]._dir).glob("*.djcache"):
        file.write_bytes(b"damaged")
    assert section(client, crew, "03-lore") == first
