"""A decision is on what was read, also where that took several pages."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from artifacts.registry import Handed, register
from books.models import Setting
from config.console.gates import page as pages
from tests.agents import Crew
from tests.editing import gate_of, waiting
from tests.factories import DefinitionFactory, SettingFactory, book_of, started
from tests.journeys.test_gate_page import address, browser, filled, text

pytestmark = pytest.mark.django_db
DECIDE = re.compile(r'href="([^"]*)#decide"')
DIGEST = re.compile(r'name="digest" value="([^"]*)"')
NEW = "# Chapter 1\n\nSomething else altogether.\n"


@pytest.fixture
def crew() -> Crew:
    return Crew(waiting().run.public_id, "erin")


def made_meanwhile(crew: Crew) -> None:
    """Another text of the first chapter, while the gate waits."""
    handed = Handed.of_bytes("chapter", "01-one.md", NEW.encode(), item="01-one")
    register(crew.run, crew.step("write", "01-one"), handed, delivered=True)


def led_to(page: str) -> str:
    [place] = DECIDE.findall(page)
    return unescape(place)


def test_a_decision_made_from_the_page_of_a_chapter_is_on_what_was_read_there(crew: Crew) -> None:
    client = browser()
    gate = client.get(address(crew))
    read = gate.context["asked"].matter.digest
    chapter = client.get(gate.context["asked"].lines[0].address)
    following = client.get(chapter.context["around"][1].address)
    decide = led_to(text(following))
    assert DIGEST.findall(text(client.get(decide))) == [read]
    made_meanwhile(crew)
    late = client.get(decide)
    assert "The text has changed since you began to read it" in text(late)
    assert DIGEST.findall(text(late)) == [read]
    assert read != late.context["asked"].matter.digest
    refused = client.post(address(crew), {**filled(client, crew), "digest": read})
    assert refused.status_code == 409
    assert "The text has changed since you read it; read what is new" in text(refused)
    assert f"not {read}" not in text(refused)
    assert gate_of(crew).status == "awaiting_decision"
    fresh = client.get(late.context["asked"].fresh_address)
    assert "since you began" not in text(fresh)
    assert DIGEST.findall(text(fresh)) == [late.context["asked"].matter.digest]


def test_a_chapter_says_that_another_has_changed_since_one_began(crew: Crew) -> None:
    client = browser()
    place = client.get(address(crew)).context["asked"].lines[1].address
    assert "since you began" not in text(client.get(place))
    made_meanwhile(crew)
    assert "since you began" in text(client.get(place))


@pytest.mark.parametrize("read", ['"><script>', "x" * 5000])
def test_a_digest_that_is_none_is_text_and_decides_nothing(crew: Crew, read: str) -> None:
    client = browser()
    page = text(client.get(address(crew), {"read": read}))
    assert "<script>" not in page.replace("<script src", "")
    assert "x" * 65 not in page
    assert "since you began" in page


NOTED = (
    {"name": "note", "agent": "writer", "produces": ["release_notes"]},
    {"name": "approve", "kind": "gate", "role": "managing-editor"},
    {"name": "tell", "agent": "herald", "consumes": ["release_notes"]},
)


def test_what_is_decided_on_beside_chapters_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_OTHERS", 2)
    DefinitionFactory(type="noted", steps=NOTED)
    crew = Crew(started(book_of(1), workflow_type="noted")).up_to("approve")
    client = browser()
    assert "older" not in text(client.get(address(crew)))
    for number in range(3):
        handed = Handed.of_bytes("release_notes", f"{number}.md", b"# One more\n")
        register(crew.run, crew.step("note"), handed, delivered=True)
    answer = client.get(address(crew))
    assert [one.path for one, _ in answer.context["asked"].others] == ["1.md", "2.md"]
    assert "2 older ones are part of it too" in text(answer)


def test_findings_are_of_the_house_style_as_it_is_now(tmp_path: Path) -> None:
    style = tmp_path / "house-style.toml"
    style.write_text('[terms]\n"sundial" = "clock"\n')
    setting: Setting = SettingFactory(source_path=str(tmp_path))
    crew = waiting(texts={"01-one": "# Chapter 1\n\nThe sundial stands in the hall.\n"})
    book = crew.run.book
    book.setting = setting
    book.save()
    client = browser()
    assert "term" in found(client, crew)
    style.write_text('[terms]\n"sextant" = "clock"\n')
    assert "term" not in found(client, crew)


def found(client: Client, crew: Crew) -> list[str]:
    """The rules of the new findings of the first chapter."""
    asked = client.get(address(crew)).context["asked"]
    return [one.rule for one in asked.first.checked.new]
