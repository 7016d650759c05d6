"""Changing or deleting a trigger leaves what it once did exactly as it was written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from books.models import Book
from events.models import Event
from tests.chains import completed, trigger, workflows
from tests.factories import book_of
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
ANEW = ("--source=one", "--target=two")
NAMES = ("fires", "skips", "fails")


@pytest.fixture
def book(db: None) -> Book:
    workflows("one", "two", "three")
    return book_of(1, slug="red")


@pytest.fixture(autouse=True)
def past(book: Book) -> WorkflowRun:
    """A run by which one trigger fired, one was skipped and one failed."""
    trigger("fires")
    trigger("skips", book_types=["campaign"])
    trigger("fails", parameters={"chapters": "{source.parameters.absent}"})
    return completed(book)


def written() -> list[list[dict[str, Any]]]:
    """All columns of every firing, event and run."""
    return [
        list(model.objects.order_by("pk").values()) for model in (TriggerFiring, Event, WorkflowRun)
    ]


CHANGES = [
    "--source=three",
    "--target=three",
    "--condition=manual",
    '--config={"input_version":"latest"}',
    "--disable",
    "--delete",
]


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_of_a_trigger_touches_the_past(
    run_command: Run, past: WorkflowRun, change: str
) -> None:
    def told() -> list[Any]:
        status = run_command("workflow_status", past)
        return [status, *(run_command("firing_list", f"--trigger={name}") for name in NAMES)]

    before, shown = written(), told()
    assert [firing["result"] for [firing] in shown[1:]] == ["fired", "skipped", "failed"]
    for name in NAMES:
        run_command("trigger_set", name, change)
    assert (written(), told()) == (before, shown)


def test_a_firing_keeps_what_its_trigger_said_then(run_command: Run) -> None:
    said = WorkflowTrigger.objects.named("skips").said
    run_command("trigger_set", "skips", "--config={}", "--condition=on_approve")
    assert TriggerFiring.objects.of("skips").get().terms == said


@pytest.mark.parametrize("name", NAMES)
def test_a_new_trigger_of_an_old_name_does_not_fire_for_an_old_event(
    run_command: Run, past: WorkflowRun, name: str
) -> None:
    run_command("trigger_set", name, "--delete")
    before = written()
    run_command("trigger_set", name, *ANEW)
    assert run_command("trigger_backfill", name)["plan"] == []
    old = TriggerFiring.objects.of(name).get()
    again = TriggerFiring(trigger_id=name, source_run=past, event=old.event, result="skipped")
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    assert written() == before


def test_a_new_trigger_of_an_old_name_fires_for_what_comes(run_command: Run, book: Book) -> None:
    old = TriggerFiring.objects.of("fires").get()
    run_command("trigger_set", "fires", "--delete")
    run_command("trigger_set", "fires", "--source=one", "--target=three")
    run = completed(book)
    new = TriggerFiring.objects.of("fires").exclude(pk=old.pk).get()
    assert (new.result, new.source_run) == ("fired", run)
    assert new.target_run.workflow_type == "three"
