"""Books and settings on the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client

from books.configs import configure
from books.errors import BooksError
from books.models import Asset, Book, BookVersion, BookWorkflowConfig, Setting, Text
from tests.factories import BookFactory, BookVersionFactory, SettingFactory, write_folder

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


def test_registering_a_book_takes_its_first_version(
    run_command: Run, folder: Path, store: Path
) -> None:
    answer = run_command("book_register", "--slug=red", "--title=Red", "--source", folder)
    assert (answer["slug"], answer["book_type"], answer["status"]) == ("red", "core", "draft")
    assert (answer["latest_version"], answer["versions"]) == ("1.0.0", ["1.0.0"])
    assert answer["source_path"] == str(folder.resolve())
    version = BookVersion.objects.get()
    assert [chapter.position for chapter in version.chapters.all()] == [1, 2, 3]
    assert {path.read_bytes() for path in store.rglob("*/*")} == {b"Notes.\n", b"<svg/>"}


def test_info_shows_the_latest_version_whole(run_command: Run, folder: Path) -> None:
    SettingFactory(slug="mars")
    options = ["--type=campaign", "--setting=mars", "--number=2.1.0", "--source", folder]
    run_command("book_register", "red", "--title=Red", *options)
    info = run_command("book_info", "red")
    assert (info["setting"], info["versions"], info["book_type"]) == ("mars", ["2.1.0"], "campaign")
    latest = info["latest"]
    assert (latest["book"], latest["number"], latest["made_by_run"]) == ("red", "2.1.0", None)
    assert [chapter["slug"] for chapter in latest["chapters"]] == [
        "01-welcome",
        "02-rules",
        "10-end",
    ]
    assert latest["words"] == sum(chapter["words"] for chapter in latest["chapters"]) == 13
    assert [asset["path"] for asset in latest["assets"]] == ["README.md", "art/map.svg"]
    assert set(latest["assets"][0]) == {"path", "digest", "size_bytes", "media_type"}
    assert set(latest["chapters"][0]) == {"slug", "path", "position", "title", "digest", "words"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--slug=Red Book"], 'slug "Red Book": use lower-case letters'),
        (["--slug=taken"], 'book "taken" exists already'),
        (["--type=campain"], 'no book type "campain"; did you mean "campaign"?'),
        (["--setting=mras"], 'no setting "mras"; did you mean "mars"?'),
        (["--number=1.0"], '"1.0" is no version number; one looks like 1.3.0'),
        (["--source=/nowhere"], "no folder /nowhere"),
        (["--title="], 'title "": This field cannot be blank.'),
    ],
)
def test_a_wrong_registration_writes_nothing(
    refused: Run, folder: Path, store: Path, options: list[str], complaint: str
) -> None:
    BookFactory(slug="taken")
    SettingFactory(slug="mars")
    usual = ["--slug=red", "--title=Red", f"--source={folder}"]
    assert complaint in refused("book_register", *usual, *options)
    assert [*Book.objects.values_list("slug", flat=True)] == ["taken"]
    assert not BookVersion.objects.exists()
    assert not Text.objects.exists()
    assert not [*store.iterdir()]


def test_a_bad_manuscript_writes_nothing(refused: Run, folder: Path, store: Path) -> None:
    write_folder(folder, {"03.md": b"\xff"})
    usual = ["--slug=red", "--title=Red", f"--source={folder}"]
    assert refused("book_register", *usual) == "03.md is not UTF-8: byte 0xff at offset 0"
    assert not Book.objects.exists()
    assert not [*store.iterdir()]


def test_books_are_listed_by_status_type_and_setting(run_command: Run) -> None:
    mars = SettingFactory(slug="mars")
    BookFactory(slug="a", status="editing", setting=mars)
    BookFactory(slug="b", book_type="campaign", setting=mars)
    BookFactory(slug="c")

    def listed(*options: str) -> list[str]:
        return [book["slug"] for book in run_command("book_list", *options)]

    assert listed() == ["a", "b", "c"]
    assert listed("--status=editing") == ["a"]
    assert listed("--setting=mars") == ["a", "b"]
    assert listed("--setting=mars", "--type=campaign") == ["b"]


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (["book_list", "--status=editting"], 'no book status "editting"; did you mean "editing"?'),
        (["book_list", "--type=cor"], 'no book type "cor"; did you mean "core"?'),
        (["book_list", "--setting=mras"], 'no setting "mras"; did you mean "mars"?'),
        (["setting_list", "--genre=fantsy"], 'no genre "fantsy"; did you mean "fantasy"?'),
        (["setting_set", "mars", "--status=chosen"], 'no setting status "chosen"'),
        (["setting_set", "mras"], 'no setting "mras"; did you mean "mars"?'),
        (["book_info", "rde"], 'no book "rde"; did you mean "red"?'),
        (["book_info", "red"], 'book "red" has no version yet'),
        (["book_set", "red", "--status=done"], 'no book status "done"'),
        (["book_set", "red", "--source=/nowhere"], "no folder /nowhere"),
        (["book_export", "red", "--number=1.0.0", "--to=x"], 'no version of red "1.0.0"'),
    ],
)
def test_a_word_nobody_knows_gets_the_nearest_right_one(
    refused: Run, command: list[str], complaint: str
) -> None:
    BookFactory(slug="red", setting=SettingFactory(slug="mars"))
    assert complaint in refused(*command)


@pytest.mark.parametrize(
    "command",
    [
        ["book_info"],
        ["book_info", "red", "--slug=blue"],
        ["book_register", "red", "--title=Red"],
        ["book_list", "--stat=draft"],
        ["book_export", "red"],
        ["book_export", "red", "--to=x", "--to-source"],
        ["book_export", "red", "--to-source", "--number=1.0.0"],
        ["book_export", "red", "--to=x", "--force"],
    ],
)
def test_missing_unknown_and_clashing_options_are_errors_of_usage(
    refused: Run, command: list[str]
) -> None:
    BookVersionFactory(book__slug="red")
    assert refused(*command).startswith("Error: ")


def test_a_list_of_books_takes_the_same_queries_however_many(
    run_command: Run, django_assert_max_num_queries: Any
) -> None:
    for setting in SettingFactory.create_batch(12):
        book = BookFactory(setting=setting)
        for number in ("1.0.0", "1.1.0"):
            BookVersionFactory(book=book, number=number)
    with django_assert_max_num_queries(3):
        assert len(run_command("book_list")) == 12
    with django_assert_max_num_queries(2):
        assert len(run_command("setting_list")) == 12


def test_a_book_is_changed_field_by_field(run_command: Run, folder: Path) -> None:
    SettingFactory(slug="mars")
    BookFactory(slug="red")
    options = ["--status=published", "--title=Redder", "--setting=mars", f"--source={folder}"]
    answer = run_command("book_set", "red", *options)
    assert (answer["status"], answer["title"], answer["setting"]) == ("published", "Redder", "mars")
    assert answer["source_path"] == str(folder.resolve())
    assert run_command("book_set", "red", "--setting=")["setting"] is None


def test_settings_are_registered_listed_and_changed(run_command: Run, refused: Run) -> None:
    made = run_command("setting_register", "mars", "--name=Mars", "--genre=science fiction")
    assert (made["status"], made["source_path"], made["books"]) == ("draft", None, [])
    SettingFactory(slug="other")
    BookFactory(slug="red", setting=Setting.objects.get(slug="mars"))
    listed = run_command("setting_list", "--genre=science fiction")
    assert [(one["slug"], one["books"]) for one in listed] == [("mars", ["red"])]
    changed = run_command("setting_set", "mars", "--status=in_production", "--name=Old Mars")
    assert (changed["status"], changed["name"]) == ("in_production", "Old Mars")
    again = refused("setting_register", "mars", "--name=Mars", "--genre=horror")
    assert again == 'setting "mars" exists already'


def test_a_config_is_kept_per_workflow_type_and_makes_its_groups() -> None:
    book = BookFactory()
    config = {"agents": {"write": "ann"}, "max_retries": {"style": 2}, "roles": {"approve": "art"}}
    configure(book, "w1_editing", config=config)
    configure(book, "w1_editing", enabled=False)
    row = BookWorkflowConfig.objects.get()
    assert (row.enabled, row.config) == (False, config)
    assert Group.objects.filter(name="art").exists()


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"agent": {}}, 'no config key "agent"; did you mean "agents"?'),
        ({"agents": []}, 'config "agents" is not an object'),
        ({"agents": {"write": 1}}, 'config "agents" gives "write" no name'),
        ({"max_retries": {"stile": 1}}, 'no rejection type "stile"; did you mean "style"?'),
        ({"max_retries": {"style": 0}}, "style is not a whole number from 1"),
        ({"max_retries": {"style": True}}, "style is not a whole number from 1"),
        ({"roles": {"approve": " "}}, 'config "roles" gives "approve" no name'),
    ],
)
def test_a_config_of_the_wrong_shape_is_refused(config: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BooksError) as caught:
        configure(BookFactory(), "w1_editing", config=config)
    assert complaint in str(caught.value)
    assert not BookWorkflowConfig.objects.exists()


def test_without_json_the_answers_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    BookVersionFactory(book__slug="red")
    call_command("book_list")
    call_command("book_info", "red")
    shown = capsys.readouterr().out
    assert "latest_version" in shown
    assert "01-one" in shown


def test_the_admin_shows_versions_and_changes_none(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    version = BookVersionFactory()
    Asset.objects.create(version=version, path="a", digest="d", size_bytes=1, media_type="x/y")
    for model in ("setting", "book", "bookversion", "chapter", "asset", "text", "seeded"):
        assert client.get(f"/admin/books/{model}/").status_code == 200
    page = f"/admin/books/bookversion/{version.pk}/change/"
    shown = client.get(page).content.decode()
    for chapter in version.chapters.all():
        assert f'<a href="/admin/books/chapter/{chapter.pk}/change/">{chapter.title}</a>' in shown
    assert client.post(page, {}).status_code == 403
    assert client.get("/admin/books/chapter/add/").status_code == 403
