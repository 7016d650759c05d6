"""Runs are started and books registered in the admin, and versions taken."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from books.models import Book, BookVersion
from tests.agents import Crew
from tests.desk import address, member, offered, told
from tests.factories import SettingFactory, book_of, started
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
GROUPS = ("viewer", "editor", "managing-editor", "operator")


@pytest.fixture
def operator() -> Client:
    return member("operator")


@pytest.fixture
def editor() -> Client:
    return member("editor")


START = "admin:workflows_workflowrun_start"


def test_a_run_is_started_from_the_list(editor: Client) -> None:
    started()
    book = book_of(2, slug="blue")
    said = {
        "workflow_type": "w1_editing", "book": "blue", "chapters": "02-one",
        "parameters": '{"note": "x"}', "begin": "on",
    }  # fmt: skip
    answer = editor.post(reverse(START), said, follow=True)
    run = WorkflowRun.objects.get(book=book)
    assert run.public_id in told(answer)
    assert (run.status, run.parameters) == ("running", {"note": "x", "chapters": ["02-one"]})


def test_a_run_is_started_from_the_page_of_its_book(editor: Client) -> None:
    started()
    book = book_of(2, slug="blue")
    said = {"workflow_type": "w2_pdf", "input_version": "1.0.0"}
    assert "start" in offered(editor, book)
    editor.post(address(book, "start"), said)
    run = WorkflowRun.objects.get(book=book)
    assert (run.status, run.workflow_type) == ("pending", "w2_pdf")


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"book": "blu"}, 400, 'did you mean "blue"?'),
        ({"book": "The Blu Book"}, 400, 'did you mean "The Blue Book"?'),
        ({"parameters": '{"chapter": "02-one"}'}, 400, 'did you mean "chapters"?'),
        ({"parameters": '{"chapters": "01-one"}', "chapters": "02-one"}, 400, "stands in both"),
        ({"revisions": "/no/such/folder"}, 400, "revisions is no folder"),
        ({"input_version": "9.0.0"}, 404, "9.0.0"),
        ({"chapters": "02-two"}, 404, 'no chapter of blue 1.0.0 "02-two"'),
        ({"parameters": "{"}, 400, "no JSON"),
        ({"parameters": "[]"}, 400, "not a JSON object"),
    ],
)
def test_a_run_that_cannot_be_started_is_refused_in_words(
    editor: Client, typed: dict[str, str], status: int, words: str
) -> None:
    started()
    book_of(2, slug="blue", title="The Blue Book")
    said = {"workflow_type": "w1_editing", "book": "blue", **typed}
    answer = editor.post(reverse(START), said)
    assert answer.status_code == status
    assert words in told(answer)
    assert WorkflowRun.objects.count() == 1


def test_a_book_is_named_by_its_title_too_and_offered_with_it(editor: Client) -> None:
    started()
    book = book_of(2, slug="blue", title="The <Blue> Book")
    shown = editor.get(reverse(START)).content.decode()
    assert '<option value="blue">The &lt;Blue&gt; Book</option>' in shown
    said = {"workflow_type": "w1_editing", "book": "the <blue> book", "begin": "on"}
    answer = editor.post(reverse(START), said, follow=True)
    assert WorkflowRun.objects.filter(book=book).exists()
    assert "Editing of The <Blue> Book is running" in told(answer)


def test_of_two_books_of_one_title_the_slug_tells_which(editor: Client) -> None:
    started()
    for slug in ("blue", "navy"):
        book_of(1, slug=slug, title="Blue Book")
    said = {"workflow_type": "w1_editing", "book": "Blue Book"}
    assert "by its slug: blue, navy" in told(editor.post(reverse(START), said))


def test_a_parameter_that_looks_misspelt_is_given_once_one_says_so(editor: Client) -> None:
    started()
    book = book_of(2, slug="blue")
    said = {"workflow_type": "w1_editing", "book": "blue", "parameters": '{"chapter": 2}'}
    assert 'name="as_typed"' not in editor.get(reverse(START)).content.decode()
    first = editor.post(reverse(START), said)
    assert 'name="as_typed"' in first.content.decode()
    editor.post(reverse(START), {**said, "as_typed": "on"})
    assert WorkflowRun.objects.get(book=book).parameters == {"chapter": 2}


def test_drafts_for_the_built_in_writer_have_a_field_of_their_own(
    editor: Client, folder: Path
) -> None:
    started()
    book = book_of(2, slug="blue")
    said = {"workflow_type": "w1_editing", "book": "blue", "revisions": str(folder)}
    editor.post(reverse(START), said)
    assert WorkflowRun.objects.get(book=book).parameters == {"revisions": str(folder)}


def test_chapters_are_ticked_by_title_once_the_book_is_known(editor: Client) -> None:
    started()
    book = book_of(400, slug="blue")
    assert 'name="chapters"' not in told(editor.get(reverse(START)))
    said = {"workflow_type": "w1_editing", "book": "blue", "chapters": ["03-one", "399-one"]}
    listed = editor.post(reverse(START), {**said, "_again": "1"})
    assert not WorkflowRun.objects.filter(book=book).exists(), "it only shows them"
    assert listed.status_code == 200
    assert told(listed).count('type="checkbox" name="chapters"') == 400
    ticked = re.findall(r'name="chapters" value="([^"]+)"[^>]* checked', told(listed))
    assert ticked == ["03-one", "399-one"], "what was ticked stays"
    for title in ("Chapter 3", "Chapter 400"):
        assert title in told(listed)
    editor.post(reverse(START), said)
    run = WorkflowRun.objects.get(book=book)
    assert run.parameters == {"chapters": ["03-one", "399-one"]}


def test_the_page_of_a_book_lists_its_chapters_and_none_ticked_is_all(editor: Client) -> None:
    started()
    book = book_of(2, slug="blue")
    shown = told(editor.get(address(book, "start")))
    assert shown.count('type="checkbox" name="chapters"') == 2
    editor.post(address(book, "start"), {"workflow_type": "w1_editing"})
    assert WorkflowRun.objects.get(book=book).parameters == {}


def test_many_books_are_offered_on_a_page_that_stays_small(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    started()
    Book.objects.bulk_create(
        Book(slug=f"the-book-number-{n}", title=f"The Book of the Number {n}") for n in range(700)
    )
    with django_assert_max_num_queries(20):
        shown = editor.get(reverse(START))
    assert len(shown.content) <= 150_000
    said = {"workflow_type": "w1_editing", "book": "the-book-number-70"}
    assert "has no version yet" in told(editor.post(reverse(START), said))


def test_a_setting_is_named_by_its_name_too(operator: Client, folder: Path) -> None:
    setting = SettingFactory(name="The Strand")
    said = {
        "slug": "green", "title": "Green", "source_path": str(folder), "book_type": "core",
        "number": "1.0.0", "setting": "the strand",
    }  # fmt: skip
    operator.post(reverse("admin:books_book_register"), said)
    assert Book.objects.get(slug="green").setting == setting


def test_who_only_reads_starts_and_registers_nothing() -> None:
    started()
    viewer = member("viewer")
    runs = viewer.get(reverse("admin:workflows_workflowrun_changelist"))
    assert "Start a run" not in told(runs)
    for name in (START, "admin:books_book_register"):
        answer = viewer.post(reverse(name), {})
        assert answer.status_code == 403
        assert "is in no group that may" in told(answer)


def test_lists_offer_what_may_be_done(operator: Client) -> None:
    runs = operator.get(reverse("admin:workflows_workflowrun_changelist"))
    books = operator.get(reverse("admin:books_book_changelist"))
    assert ("Start a run" in told(runs), "Register a book" in told(books)) == (True, True)


def test_a_book_is_registered_with_its_first_version(operator: Client, folder: Path) -> None:
    said = {
        "slug": "green", "title": "Green", "source_path": str(folder), "book_type": "core",
        "number": "2.0.0",
    }  # fmt: skip
    operator.post(reverse("admin:books_book_register"), said)
    assert Book.objects.get(slug="green").versions.get().number == "2.0.0"
    again = operator.post(reverse("admin:books_book_register"), said)
    assert again.status_code == 409
    assert "exists already" in told(again)


def test_a_folder_that_is_none_is_refused(operator: Client) -> None:
    said = {
        "slug": "green", "title": "G", "source_path": "here", "book_type": "core", "number": "1.0.0"
    }  # fmt: skip
    answer = operator.post(reverse("admin:books_book_register"), said)
    assert answer.status_code == 400
    assert "no whole path" in told(answer)


def test_all_that_is_wrong_with_a_new_book_is_told_at_its_field(operator: Client) -> None:
    book_of(1, slug="green")
    said = {
        "slug": "green", "title": "G", "source_path": "/no/such/folder", "book_type": "core",
        "number": "banana", "setting": "nowhere",
    }  # fmt: skip
    answer = operator.post(reverse("admin:books_book_register"), said)
    assert answer.status_code == 400
    wrong = {name: words[0] for name, words in answer.context["form"].errors.items()}
    assert set(wrong) == {"slug", "source_path", "number", "setting"}
    assert "exists already" in wrong["slug"]
    assert "/no/such/folder" in wrong["source_path"]
    assert not Book.objects.filter(title="G").exists()


def test_a_version_is_taken_and_a_risky_one_only_on_a_second_word(
    editor: Client, run_command: Callable[..., Any], folder: Path
) -> None:
    run_command("book_register", "--slug=b", "--title=B", f"--source={folder}")
    book = Book.objects.get()
    crew = Crew(started(book)).up_to("finalize")
    crew.decide()
    crew.claim("production-editor")  # a version is being made
    (folder / "01-welcome.md").write_text("# Welcome\n\nOther words.\n")
    first = editor.post(address(book, "snapshot"), {})
    assert first.status_code == 409
    assert 'name="force"' in told(first)
    assert 'name="force"' not in told(editor.get(address(book, "snapshot")))
    editor.post(address(book, "snapshot"), {"force": "on"})
    assert BookVersion.objects.order_by("rank").last().number == "1.2.0"


@pytest.mark.parametrize("number", ["1.0.0", "banana"])
def test_a_wrong_number_offers_nothing_risky(
    editor: Client, run_command: Callable[..., Any], folder: Path, number: str
) -> None:
    run_command("book_register", "--slug=b", "--title=B", f"--source={folder}")
    (folder / "01-welcome.md").write_text("# Welcome\n\nOther words.\n")
    answer = editor.post(address(Book.objects.get(), "snapshot"), {"number": number})
    assert answer.status_code in (400, 409)
    assert number in told(answer)
    assert 'name="force"' not in told(answer)


def test_a_version_of_an_unchanged_folder_is_the_one_there_is(
    editor: Client, run_command: Callable[..., Any], folder: Path
) -> None:
    run_command("book_register", "--slug=b", "--title=B", f"--source={folder}")
    answer = editor.post(address(Book.objects.get(), "snapshot"), {}, follow=True)
    assert "it equals version 1.0.0" in told(answer)
    assert BookVersion.objects.count() == 1


def test_the_latest_version_is_written_back_into_its_folder(
    operator: Client, run_command: Callable[..., Any], folder: Path
) -> None:
    run_command("book_register", "--slug=b", "--title=B", f"--source={folder}")
    (folder / "01-welcome.md").unlink()
    answer = operator.post(address(Book.objects.get(), "write-back"), {}, follow=True)
    assert "1 files of version 1.0.0 are written" in told(answer)
    assert (folder / "01-welcome.md").read_text().startswith("# Welcome")
