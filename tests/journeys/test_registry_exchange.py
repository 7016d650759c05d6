"""Books and settings go out as CSV and JSON, and come in through the registry's own verbs."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from books import exchange
from books.exchange.reading import NOT_UTF8
from books.models import Book, Setting
from tests.factories import BookFactory, SettingFactory, book_of, write_folder

pytestmark = pytest.mark.django_db
BOOKS, SETTINGS = "admin:books_book", "admin:books_setting"
HEAD = "slug,title,book_type,status,setting,source_path"


@pytest.fixture
def operator(client: Client) -> Client:
    return logged_in(client, "operator")


def logged_in(client: Client, group: str) -> Client:
    user = User.objects.create(username=group)
    user.groups.add(Group.objects.get_or_create(name=group)[0])
    client.force_login(user)
    return client


def out(client: Client, model: str, form: str, asked: str = "") -> bytes:
    answer = client.get(reverse(f"{model}_export_{form}") + asked)
    assert answer.status_code == 200
    return bytes(answer.content)


def bring(client: Client, model: str, text: str | bytes, name: str = "list.csv") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post(reverse(f"{model}_import"), {"file": SimpleUploadedFile(name, content)})


def agree(client: Client, model: str, shown: Any) -> Any:
    return client.post(reverse(f"{model}_import"), shown.context["form"].initial)


def wrong(answer: Any) -> list[tuple[int, str]]:
    assert answer.status_code == 400
    return [(problem.line, problem.column) for problem in answer.context["outcome"].problems]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_goes_out_comes_in_and_changes_nothing(operator: Client, form: str) -> None:
    for title in ("=1+1", "'=1", "-dash", "@at", "+plus", 'with "marks", and\nlines', "Ålesund"):
        BookFactory(title=title, setting=SettingFactory(name=title))
    before = list(Book.objects.values()), list(Setting.objects.values())
    for model in (BOOKS, SETTINGS):
        answer = bring(operator, model, out(operator, model, form), f"list.{form}")
        outcome = answer.context["outcome"]
        assert (outcome.changes, outcome.problems, outcome.same) == ([], [], 7)
    assert (list(Book.objects.values()), list(Setting.objects.values())) == before


def test_no_cell_is_a_formula(operator: Client) -> None:
    SettingFactory(slug="sum", name="=HYPERLINK(1)", genre="@x")
    assert b"sum,'=HYPERLINK(1),'@x,draft," in out(operator, SETTINGS, "csv")


def test_lines_within_a_cell_stay_as_they_are(operator: Client) -> None:
    book = BookFactory(slug="x", title="a")
    shown = bring(operator, BOOKS, f'slug,title\n{book.slug},"two\nlines"\n')
    said = {name: as_sent(value) for name, value in shown.context["form"].initial.items()}
    assert operator.post(reverse(f"{BOOKS}_import"), said).status_code == 302
    book.refresh_from_db()
    assert book.title == "two\nlines"


def as_sent(value: str) -> str:
    """A browser ends the lines of every field so."""
    return value.replace("\r\n", "\n").replace("\n", "\r\n")


def test_a_filter_that_makes_no_sense_leads_back_to_the_list(operator: Client) -> None:
    answer = operator.get(reverse(f"{BOOKS}_export_csv") + "?setting__id__exact=abc")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/books/book/?e=1")


def test_what_goes_out_is_what_the_list_shows(operator: Client) -> None:
    book_of(slug="kept", status="published"), book_of(slug="other")
    told = json.loads(out(operator, BOOKS, "json", "?status__exact=published"))
    assert [one["slug"] for one in told] == ["kept"]


def test_a_file_is_shown_before_it_is_done(operator: Client, tmp_path: Path) -> None:
    place = write_folder(tmp_path / "sea", {"01-sea.md": "# The sea\n\nBlue.\n"})
    SettingFactory(slug="seas")
    old = book_of(slug="old", title="Old")
    text = f"{HEAD}\nold,New,core,draft,seas,{old.source_path}\nsea,Sea,source,,seas,{place}\n"
    shown = bring(operator, BOOKS, text)
    assert [(one.slug, one.new) for one in shown.context["outcome"].changes] == [
        ("old", False), ("sea", True)]  # fmt: skip
    assert "New" in shown.content.decode()
    assert (Book.objects.count(), Book.objects.get().title) == (1, "Old")
    assert agree(operator, BOOKS, shown).status_code == 302
    made = Book.objects.get(slug="sea")
    assert (made.versions.get().number, made.book_type) == ("1.0.0", "source")
    assert (Book.objects.get(slug="old").title, made.setting.slug) == ("New", "seas")


def test_what_is_shown_first_writes_nothing_and_reads_no_text(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "01-sea.md").write_bytes(b"\xff")
    old = book_of(slug="old", title="Old")
    said = f"{HEAD}\nold,New,core,draft,,{old.source_path}\nsea,Sea,core,,,{broken}\n"
    reading = exchange.read(exchange.BOOKS, said.encode(), "csv")
    with CaptureQueriesContext(connection) as asked:
        told = exchange.bring_in(exchange.BOOKS, reading)
    assert {query["sql"].split()[0] for query in asked} == {"SELECT"}
    assert ([one.slug for one in told.changes], told.problems) == (["old", "sea"], [])
    done = exchange.bring_in(exchange.BOOKS, reading, agreed=told.digest)
    assert [(one.line, one.column) for one in done.problems] == [(3, "source_path")]
    assert list(Book.objects.values_list("slug", "title")) == [("old", "Old")]


def test_a_folder_without_chapters_is_told_at_once(operator: Client, tmp_path: Path) -> None:
    place = write_folder(tmp_path / "sea", {"README.md": "# No chapter\n"})
    shown = bring(operator, BOOKS, f"{HEAD}\nsea,Sea,core,,,{place}\n")
    assert wrong(shown) == [(2, "source_path")]


def test_what_changes_nothing_writes_nothing_though_it_is_agreed_to() -> None:
    SettingFactory(slug="seas", name="Seas")
    reading = exchange.read(exchange.SETTINGS, b"slug,name\nseas,Seas\n", "csv")
    told = exchange.bring_in(exchange.SETTINGS, reading)
    with CaptureQueriesContext(connection) as asked:
        again = exchange.bring_in(exchange.SETTINGS, reading, agreed=told.digest)
    assert (again.same, again.changes, len(asked)) == (1, [], 1)


def test_what_is_left_out_stays(operator: Client) -> None:
    SettingFactory(slug="seas", name="Seas", genre="salt")
    shown = bring(operator, SETTINGS, "slug,status\nseas,selected\n")
    agree(operator, SETTINGS, shown)
    kept = Setting.objects.get()
    assert (kept.name, kept.genre, kept.status) == ("Seas", "salt", "selected")


def test_every_wrong_line_is_told_and_nothing_is_written(operator: Client) -> None:
    book_of(slug="one")
    lines = [
        "one,Other,core,draft,,/nowhere",
        "two,,core,draft,,/nowhere",
        "Three,T,core,draft,,/nowhere",
        "one,T,core,draft,,/nowhere",
        "four,T,cor,draft,,/nowhere",
        "five,T,core,drift,,/tmp",
        "six,T,core,draft,atlantis,/tmp",
        "seven,T,core,draft,,nowhere",
        "eight,T,core,draft,,/no/such/folder",
        ",T,core,draft,,/nowhere",
    ]
    answer = bring(operator, BOOKS, "\n".join([HEAD, *lines]))
    assert wrong(answer) == [
        (3, "source_path"), (3, "title"), (4, "slug"), (4, "source_path"), (5, "slug"),
        (6, "book_type"), (6, "source_path"), (7, "status"), (8, "setting"), (9, "source_path"),
        (10, "source_path"), (11, "slug"),
    ]  # fmt: skip
    assert list(Book.objects.values_list("slug", "title")) == [("one", Book.objects.get().title)]
    assert Book.objects.get().title != "Other"


def test_a_line_is_counted_as_an_editor_counts(operator: Client) -> None:
    text = 'slug,name,genre\na,"two\nlines",x\n\nB,n,x\n'
    assert wrong(bring(operator, SETTINGS, text)) == [(5, "slug")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"\xff\xfe", "a.csv"),
        ("slug,name\nx\n", "a.csv"),
        ('slug,name\n"x', "a.csv"),
        ("{}", "a.json"),
        ("[1]", "a.json"),
        ('[{"slug": "a", "slug": "b"}]', "a.json"),
        ("[" * 100_000, "a.json"),
        ("slug,colour\nx,red\n", "a.csv"),
        ('[{"slug": "a", "name": 1, "genre": "g"}]', "a.json"),
        ('slug,name,genre\na,"b\0",g\n', "a.csv"),
    ],
)
def test_what_cannot_be_read_is_told(operator: Client, text: str | bytes, name: str) -> None:
    assert wrong(bring(operator, SETTINGS, text, name))
    assert not Setting.objects.exists()


@pytest.mark.parametrize("group", ["new", "known"])
def test_all_that_is_wrong_in_a_line_is_told(operator: Client, group: str) -> None:
    book_of(slug="known")
    answer = bring(operator, BOOKS, f"{HEAD}\n{group},,core,weird,atlantis,/no/such\n")
    assert wrong(answer) == [(2, "setting"), (2, "source_path"), (2, "status"), (2, "title")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("slug,name,genre\na,b,c\nsea,H\u00f6hle,x\n".encode("latin-1"),
         (3, "", NOT_UTF8)),
        (b"slug,name,genre\na,b,c\nb,c,d,e\n", (3, "", "has 4 cells, the first line has 3")),
        (b'slug,name,genre\na,b,c\n"x', (3, "", "this is no CSV: unexpected end of data")),
        (b"slug,name,colour\na,b,c\nb,b,c\n",
         (1, "colour", "no such column; there are slug, name, genre, status, source_path")),
        (b"slug,name,name\na,b,c\n", (1, "name", "stands there more than once")),
        (b"name,genre\na,b\n",
         (1, "slug", "every setting is named by its slug: a column is needed")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_where_it_stands(
    operator: Client, content: bytes, told: tuple[int, str, str]
) -> None:
    (problem,) = bring(operator, SETTINGS, content).context["outcome"].problems
    assert (problem.line, problem.column, problem.what) == told


def test_semicolons_between_cells_are_taken_too(operator: Client) -> None:
    shown = bring(operator, SETTINGS, "\ufeffslug;name;genre\r\nsea;Sea, deep;salt\r\n")
    assert agree(operator, SETTINGS, shown).status_code == 302
    assert (Setting.objects.get().name, Setting.objects.get().genre) == ("Sea, deep", "salt")


@pytest.mark.parametrize(("text", "form"), [("slug,name\n", "csv"), ("[]", "json")])
def test_a_file_that_names_nothing_says_so(operator: Client, text: str, form: str) -> None:
    page = bring(operator, SETTINGS, text, f"a.{form}").content.decode()
    assert "The file names no setting." in page


def test_the_page_says_how_much_it_takes(operator: Client) -> None:
    assert "1,000 kB and 1,000 lines" in operator.get(reverse(f"{BOOKS}_import")).content.decode()


def test_a_file_that_would_now_do_something_else_is_shown_again(operator: Client) -> None:
    setting = SettingFactory(slug="seas", name="Seas")
    shown = bring(operator, SETTINGS, "slug,name\nseas,Oceans\n")
    Setting.objects.filter(pk=setting.pk).update(name="Lakes")
    again = agree(operator, SETTINGS, shown)
    assert (again.status_code, Setting.objects.get().name) == (200, "Lakes")
    assert again.context["outcome"].changes[0].cells == (("name", "Lakes", "Oceans"),)


def test_nobody_agrees_to_what_was_not_shown(operator: Client) -> None:
    unseen = {"text": json.dumps("slug,name,genre\na,b,c\n"), "form": "csv", "agreed": "0" * 64}
    assert operator.post(reverse(f"{SETTINGS}_import"), unseen).status_code == 200
    assert not Setting.objects.exists()


def test_too_many_lines_and_too_large_files_are_refused(operator: Client) -> None:
    lines = "".join(f"s-{n},n,g\n" for n in range(1001))
    assert wrong(bring(operator, SETTINGS, "slug,name,genre\n" + lines)) == [(1001, "")]
    assert "kB" in bring(operator, SETTINGS, "x" * 1_000_001).content.decode()


def test_words_of_a_file_are_escaped(operator: Client) -> None:
    page = bring(operator, SETTINGS, "slug,name,genre\na,<script>,g\n").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>,g" not in page


@pytest.mark.parametrize("group", ["viewer", "editor", "managing-editor"])
def test_who_only_reads_takes_out_and_brings_nothing_in(client: Client, group: str) -> None:
    logged_in(client, group)
    book_of(slug="one")
    assert b"one" in out(client, BOOKS, "csv")
    assert bring(client, BOOKS, HEAD).status_code == 403
    page = client.get(reverse(f"{BOOKS}_changelist")).content.decode()
    assert reverse(f"{BOOKS}_import") not in page


def test_an_agent_takes_nothing_out(client: Client) -> None:
    logged_in(client, "agent")
    assert client.get(reverse(f"{BOOKS}_export_csv")).status_code != 200
