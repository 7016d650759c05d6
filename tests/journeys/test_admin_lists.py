"""Every list of the admin asks the same for one row as for many, and counts nothing."""

import re
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from books.configs import configure
from books.models import Book
from events.models import Reminder
from tests.factories import SettingFactory, book_of, started
from tests.world import furnish
from workflows import runs, tokens
from workflows.models import Step, WorkflowRun

reverse("admin:index")  # loads the site's pages
MODELS = [model for model in apps.get_models() if model in admin.site._registry]
NAMED = re.compile(r'<(?:select|input)[^>]* name="([a-z_]+(?:__exact|__id__exact)?)"')
MOST_QUERIES, MOST_BYTES = 20, 150_000


def prepare() -> None:
    call_command("seed", stdout=StringIO())
    furnish("ada", Path(mkdtemp()))
    for number in range(2):
        tokens.make("ada", f"token {number}")
        runs.start(runs.NewRun("w1", "red", {}), actor="ada", key=f"key-{number}")
        SettingFactory()
        configure(Book.objects.all()[number], "w1_editing", enabled=True)
        waiting = {"gate": Step.objects.waiting()[0], "number": number + 1}
        Reminder.objects.create(group="managing-editor", **waiting)


def page_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def root(client: Client, prepared: None) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def asked(client: Client, address: str) -> tuple[list[str], str]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return [query["sql"] for query in captured.captured_queries], answer.content.decode()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_of_many_rows_asks_no_more_than_one_of_one(
    root: Client, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {}
    for length in (1, 60):
        monkeypatch.setattr(type(admin.site._registry[model]), "list_per_page", length)
        asked(root, page_of(model))
        queries, page = asked(root, page_of(model))
        counts[length] = len(queries)
        assert page.count('class="data-row') == min(length, model.objects.count())
        assert not [sql for sql in queries if sql.startswith("SELECT COUNT(*)")]
        assert len(page.encode()) <= MOST_BYTES
    assert model.objects.exists()
    assert counts[1] == counts[60] <= MOST_QUERIES


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_filter_and_search_answers(root: Client, model: Any) -> None:
    page = asked(root, page_of(model))[1]
    names = set(
        re.findall(r'<(?:select|input)[^>]* name="([a-z_]+(?:__exact|__id__exact)?)"', page)
    )
    queries = asked(root, f"{page_of(model)}?q=zzz")[0] if "q" in names else []
    assert len(queries) <= MOST_QUERIES
    for name in names - {"q", "csrfmiddlewaretoken", "action", "select_across", "index"}:
        assert root.get(page_of(model), {name: "1"}).status_code in (200, 302)


def test_a_list_leads_on_while_there_is_more(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = type(admin.site._registry[WorkflowRun])
    monkeypatch.setattr(shown, "list_per_page", WorkflowRun.objects.count() - 1)
    first = root.get(page_of(WorkflowRun))
    assert first.context["cl"].next_url == "?p=2"
    last = root.get(page_of(WorkflowRun) + "?p=2")
    assert (last.context["cl"].next_url, last.context["cl"].previous_url) == ("", "?p=1")
    assert len(last.context["cl"].result_list) == 1


@pytest.mark.parametrize("page", ["0", "201", "x", "-1", "99999999999999999999"])
def test_a_page_that_cannot_be_is_no_fault(root: Client, page: str) -> None:
    answer = root.get(page_of(WorkflowRun), {"p": page}, follow=True)
    assert answer.status_code == 200


def test_a_run_is_found_by_its_id_and_by_its_book(root: Client) -> None:
    wanted = started(book_of(1, slug="lonely", title="The Lonely Book"))
    for word in (wanted.public_id, "lonely", "The Lonely Book"):
        found = root.get(page_of(WorkflowRun), {"q": word}).context["cl"].result_list
        assert list(found) == [wanted]
    assert (
        not root.get(page_of(WorkflowRun), {"q": wanted.public_id[:-1]}).context["cl"].result_list
    )


def test_a_list_where_nothing_fits_leads_back_to_all(root: Client) -> None:
    shown = root.get(page_of(WorkflowRun), {"q": "nothing"}).content.decode()
    assert "Nothing fits." in shown
    assert '<a class="row-link" href="?">' in shown
    assert "Create a new item" not in shown


@pytest.mark.parametrize("word", ["' OR 1=1", "9" * 30, "%", "\u202e", "x" * 5000])
def test_a_search_for_nonsense_finds_nothing(root: Client, word: str) -> None:
    for label in ("events.event", "workflows.step", "artifacts.artifact", "books.chapter"):
        answer = root.get(page_of(apps.get_model(label)), {"q": word})
        assert answer.status_code == 200
        assert not answer.context["cl"].result_list


def test_the_first_page_tells_what_stands_and_what_is_overdue(root: Client) -> None:
    Step.objects.waiting().update(due_at="2020-01-01T00:00Z")
    queries, page = asked(root, reverse("admin:index"))
    assert len(queries) <= MOST_QUERIES
    assert "gate approve" in page
    assert (
        f"<strong>{WorkflowRun.objects.filter(status='failed').count()}</strong> runs failed"
        in page
    )


def test_words_of_users_are_escaped_in_lists(root: Client) -> None:
    Book.objects.filter(slug="red").update(title="<script>alert(1)</script>")
    for model in (Book, WorkflowRun):
        page = asked(root, page_of(model))[1]
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
