"""Books, their versions and what these hold, and settings, over REST."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books import store
from books.models import Book, BookVersion, Setting
from tests.factories import BookVersionFactory, SettingFactory, book_of
from tests.rest import Program, program

pytestmark = pytest.mark.django_db
ROOT = "books/the-sea/versions/1.0.0/"


@pytest.fixture
def operator() -> Program:
    return program("olga", "operator")


@pytest.fixture
def sea(operator: Program, folder: Path) -> dict[str, Any]:
    """A book of three chapters and a map, registered over REST."""
    answer = operator.post("books/", slug="the-sea", title="The Sea", source_path=str(folder))
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def test_a_book_is_registered_found_and_changed(operator: Program, sea: dict[str, Any]) -> None:
    assert sea["versions"] == ["1.0.0"]
    made = operator.post("settings/", slug="ebb", name="The Ebb", genre="fantasy")
    assert made.status_code == 201, made.json()
    changed = operator.patch("books/the-sea/", title="The Deep Sea", setting="ebb")
    assert changed.status_code == 200, changed.json()
    assert (changed.json()["title"], changed.json()["setting"]) == ("The Deep Sea", "ebb")
    assert operator.get("books/the-sea/").json() == changed.json()
    assert operator.get("books/", setting="ebb").json()["results"] == [changed.json()]
    assert operator.get("books/", status="published").json()["results"] == []
    assert operator.get("settings/", genre="fantasy").json()["results"][0]["books"] == ["the-sea"]
    assert operator.patch("books/the-sea/", setting=None).json()["setting"] is None
    assert operator.get("books/", book_type="core").json()["results"][0]["title"] == "The Deep Sea"


def test_a_version_is_taken_where_the_folder_has_changed(
    operator: Program, sea: dict[str, Any], folder: Path
) -> None:
    editor = program("grace", "editor")
    same = editor.post("books/the-sea/versions/")
    assert (same.status_code, same.json()["created"]) == (200, False)
    (folder / "02-rules.md").write_text("# Rules\n\nRoll three dice.\n")
    (folder / "art" / "map.svg").write_text("<svg></svg>")
    new = editor.post("books/the-sea/versions/", number="2.0.0")
    assert (new.status_code, new.json()["created"]) == (201, True)
    assert (new.json()["number"], new.json()["parent"]) == ("2.0.0", "1.0.0")
    listed = editor.get("books/the-sea/versions/").json()["results"]
    assert [one["number"] for one in listed] == ["2.0.0", "1.0.0"]
    told = {key: value for key, value in new.json().items() if key != "created"}
    assert editor.get("books/the-sea/versions/2.0.0/").json() == told == listed[0]
    differs = editor.get("books/the-sea/versions/2.0.0/diff/", against="1.0.0").json()
    assert (differs["from"], differs["to"]) == ("1.0.0", "2.0.0")
    assert "[-two-]{+three+}" in differs["changed"][0]["diff"]
    assert differs["assets"]["changed"] == ["art/map.svg"]


def test_an_agent_reads_the_manuscript_and_changes_nothing(
    sea: dict[str, Any], folder: Path
) -> None:
    agent = program("ada", "agent")
    chapter = agent.get(f"{ROOT}chapters/02-rules/").json()
    assert chapter["text"] == "# Rules\n\nRoll two dice.\n"
    assert chapter["position"] == 2
    assert agent.get("books/").status_code == agent.get("settings/").status_code == 200
    for answer in (
        agent.post("books/", slug="b", title="B", source_path=str(folder)),
        agent.patch("books/the-sea/", title="Mine"),
        agent.post("books/the-sea/versions/"),
        agent.post("settings/", slug="s", name="S", genre="g"),
        program("grace", "editor").patch("books/the-sea/", title="Mine"),
        program("vera", "viewer").post("books/the-sea/versions/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (Book.objects.get().title, BookVersion.objects.count()) == ("The Sea", 1)


def test_a_file_of_a_version_is_sent_and_never_shown(sea: dict[str, Any]) -> None:
    agent = program("ada", "agent")
    answer = agent.get(f"{ROOT}assets/art/map.svg")
    assert b"".join(answer.streaming_content) == b"<svg/>"
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"] == 'attachment; filename="map.svg"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert agent.get(f"{ROOT}assets/art/mpa.svg").json()["detail"].endswith('"art/map.svg"?')


def test_bytes_that_the_store_lost_are_told_before_any_are_sent(
    sea: dict[str, Any], store: Path
) -> None:
    agent = program("ada", "agent")
    digest = agent.get(ROOT).json()["assets"][1]["digest"]
    (store / digest[:2] / digest).unlink()
    answer = agent.get(f"{ROOT}assets/art/map.svg")
    assert (answer.status_code, answer.json()["code"]) == (409, "contradiction")


@pytest.mark.parametrize(
    "path",
    [
        "books/the-see/",
        "books/the-sea/versions/9.9.9/",
        "books/the-sea/versions/latest/",
        f"{ROOT}chapters/nothing/",
        f"{ROOT}assets/nothing.png",
        f"{ROOT}diff/?against=9.9.9",
        "books/the%00sea/",
        f"{ROOT}assets/../../secret_key",
    ],
)
def test_what_does_not_exist_is_unknown(sea: dict[str, Any], path: str) -> None:
    answer = program("vera", "viewer").get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown")


BAD_BOOKS: dict[str, dict[str, Any]] = {
    "slug": {"slug": "The Sea"},
    "long slug": {"slug": "a" * 101},
    "title": {"title": 5},
    "long title": {"title": "a" * 201},
    "title with NUL": {"title": "a\0b"},
    "no title": {"title": ""},
    "book_type": {"book_type": "poem"},
    "relative folder": {"source_path": "manuscript"},
    "missing folder": {"source_path": "/nowhere/at/all"},
    "long folder": {"source_path": "/" + "a" * 1000},
    "null folder": {"source_path": None},
    "number": {"number": "one"},
    "large number": {"number": "1.0.123456"},
    "unknown field": {"colour": "red"},
}


@pytest.mark.parametrize("wrong", BAD_BOOKS.values(), ids=BAD_BOOKS)
def test_a_wrong_book_is_refused_and_nothing_written(
    operator: Program, folder: Path, wrong: dict[str, Any]
) -> None:
    right = {"slug": "sea", "title": "Sea", "source_path": str(folder)}
    answer = operator.post("books/", **(right | wrong))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.json()
    assert not Book.objects.exists()


def test_what_contradicts_the_registry_is_a_conflict(
    operator: Program, sea: dict[str, Any], folder: Path
) -> None:
    again = operator.post("books/", slug="the-sea", title="Other", source_path=str(folder))
    assert (again.status_code, again.json()["code"]) == (409, "contradiction")
    SettingFactory(slug="ebb")
    made = operator.post("settings/", slug="ebb", name="Other", genre="x")
    assert made.status_code == 409
    assert operator.patch("books/the-sea/", setting="tide").status_code == 404
    (folder / "02-rules.md").write_text("# Rules\n")
    low = operator.post("books/the-sea/versions/", number="0.9.0")
    assert (low.status_code, low.json()["code"]) == (409, "contradiction")


@pytest.mark.parametrize(
    "wrong",
    [{"slug": "x"}, {"status": "gone"}, {"title": None}, {"status": ["draft"]}, {"title": ""}],
)
def test_a_wrong_change_is_refused(
    operator: Program, sea: dict[str, Any], wrong: dict[str, Any]
) -> None:
    answer = operator.patch("books/the-sea/", **wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert operator.get("books/the-sea/").json() == sea


def test_a_difference_needs_what_it_is_taken_from(sea: dict[str, Any]) -> None:
    viewer = program("vera", "viewer")
    for query in ("", "?against=", "?against=one", "?against=1.0.0&against=1.0.0", "?to=1.0.0"):
        answer = viewer.get(f"{ROOT}diff/{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), query


def test_bodies_that_no_database_takes_are_refused(operator: Program) -> None:
    for body in (
        '{"title": "\\ud800"}',
        "[" * 100_000,
        '{"a": 1e999}',
        "[]",
        '"x"',
        "null",
        "\xff",
    ):
        answer = operator.client.post("/api/v1/books/", body, content_type="application/json")
        assert answer.status_code == 400, body[:20]
        assert set(answer.json()) >= {"code", "detail"}
    large = '{"title": "' + "a" * settings.BINDERY_MAX_BODY_BYTES + '"}'
    answer = operator.client.post("/api/v1/books/", large, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def queries(viewer: Program, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert viewer.get(path).status_code == 200
    return len(captured.captured_queries)


def test_lists_take_as_many_queries_whatever_they_hold() -> None:
    viewer = program("vera", "viewer")
    book = book_of(2, slug="sea", setting=SettingFactory())
    paths = ("books/", "settings/", "books/sea/versions/")
    viewer.get("books/")
    few = [queries(viewer, path) for path in paths]
    for number in range(1, 20):
        setting = SettingFactory()
        book_of(1, setting=setting)
        BookVersionFactory(
            book=book, number=f"1.{number}.0",
            texts={f"{n}.md": f"# {n}\n" for n in range(number)},
        )  # fmt: skip
    assert [queries(viewer, path) for path in paths] == few
    assert len(viewer.get("books/").json()["results"]) == Setting.objects.count() == 20
    print(f"\n{dict(zip(paths, few, strict=True))}")


def test_a_file_is_kept_once_and_read_from_the_store(sea: dict[str, Any]) -> None:
    digest = program("ada", "agent").get(ROOT).json()["assets"][1]["digest"]
    assert b"".join(store.chunks(digest)) == b"<svg/>"
