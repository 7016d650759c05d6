"""Every model has a list and a page in the admin, and no list asks more for more rows."""

import json
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from artifacts.registry import Handed
from books.models import Book
from tests.agents import Crew
from tests.factories import started

OURS = ("books", "artifacts", "workflows", "events", "triggers")
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]


def prepare() -> None:
    """A seeded installation with a run that edits, and one that asks something of the book and set
    off another."""
    call_command("seed", stdout=StringIO())
    call_command("workflow_start", "--type=w1", "--book=core-rulebook", stdout=StringIO())
    playing = Crew(started(Book.objects.get(), workflow_type="w4")).up_to("feedback")
    asking = Handed.of_bytes("playtest_feedback", "feedback.json", b'{"items": [{"key": "k"}]}')
    playing.claim("playtest-analyst").complete(handed=[asking])
    call_command("trigger_fire", "w4-to-w1", "--run", playing.run, stdout=StringIO())


@pytest.fixture
def operator(client: Client, prepared: None) -> Client:
    """A logged-in superuser over that installation; the site has loaded its pages."""
    client.force_login(User.objects.create_superuser("root"))  # no password: hashing takes longest
    reverse("admin:index")
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_a_list(operator: Client, model: Any) -> None:
    if model not in admin.site._registry:
        assert model.__name__ == "ArtifactUse", "shown with its artifact"
        return
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    answer = operator.get(reverse(f"{name}_changelist"))
    assert answer.status_code == 200
    for row in model.objects.all()[:1]:
        assert operator.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def test_what_the_lifecycle_moves_cannot_be_edited(operator: Client) -> None:
    moved = (
        "workflows.workflowrun",
        "workflows.step",
        "events.event",
        "artifacts.feedbackitem",
        "triggers.triggerfiring",
    )
    for label in moved:
        model = apps.get_model(label)
        row = model.objects.first()
        page = reverse(f"admin:{label.replace('.', '_')}_change", args=[row.pk])
        assert operator.post(page, {"status": "completed"}).status_code == 403


def test_a_run_shows_its_status_by_its_word(operator: Client) -> None:
    page = operator.get(reverse("admin:workflows_workflowrun_changelist")).content.decode()
    assert "running: steps are handed out" in page


def test_books_are_not_added_without_a_version(operator: Client) -> None:
    assert operator.get(reverse("admin:books_book_add")).status_code == 403


@pytest.mark.parametrize(
    ("config", "taken"),
    [
        ({"max_retries": {"style": 5}}, True),
        ({"max_retries": {"style": 0}}, False),
        ({"agnets": {}}, False),
        ([], True),
        (["edit"], False),
    ],
)
def test_a_books_configuration_is_checked_here_too(
    operator: Client, config: Any, taken: bool
) -> None:
    book = apps.get_model("books.book").objects.get()
    answer = operator.post(
        reverse("admin:books_bookworkflowconfig_add"),
        {"book": book.pk, "workflow_type": "w2_pdf", "config": json.dumps(config)},
    )
    assert answer.status_code == (302 if taken else 200)
    assert book.workflow_configs.filter(workflow_type="w2_pdf").exists() is taken


@pytest.mark.parametrize("config", ['{"plans": {"a": NaN}}', '{"plans": {"a": "\\u0000"}}', "{"])
def test_a_books_configuration_is_json_as_the_command_takes_it(
    operator: Client, config: str
) -> None:
    book = apps.get_model("books.book").objects.get()
    answer = operator.post(
        reverse("admin:books_bookworkflowconfig_add"),
        {"book": book.pk, "workflow_type": "w2_pdf", "config": config},
    )
    form = answer.context["adminform"].form
    assert form.errors["config"][0].startswith("no JSON: ")
    assert form["config"].value() == config
