"""Changing or deleting a trigger leaves what it once did exactly as it was written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from events.models import Event
from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, set_up, started
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
SKETCH = [{"name": "sketch", "agent": "artist", "produces": ["layout_plan"]}]


@pytest.fixture(autouse=True)
def past(run_command: Run) -> WorkflowRun:
    """A run by which one trigger fired, one was skipped and one failed."""
    set_up()
    DefinitionFactory(type="sketching", steps=SKETCH)
    DefinitionFactory(type="hanging", steps=SKETCH)
    for name, config in (
        ("fires", "{}"),
        ("skips", '{"book_types": ["campaign"]}'),
        ("fails", '{"parameters": {"chapters": "{source.parameters.absent}"}}'),
    ):
        run_command(
            "trigger_set", name, "--source=sketching", "--target=hanging", f"--config={config}"
        )
    return Crew(started(book_of(1), workflow_type="sketching")).finish()


def everything() -> list[list[dict[str, Any]]]:
    """All columns of every firing, event and run."""
    return [
        list(model.objects.order_by("pk").values()) for model in (TriggerFiring, Event, WorkflowRun)
    ]


CHANGES = [
    "--source=w1",
    "--target=w4",
    "--condition=manual",
    '--config={"input_version":"latest"}',
    "--disable",
    "--delete",
]


@pytest.mark.parametrize("name", ["fires", "skips", "fails"])
@pytest.mark.parametrize("change", CHANGES)
def test_no_change_of_a_trigger_touches_the_past(run_command: Run, name: str, change: str) -> None:
    before, listed = everything(), run_command("firing_list", f"--trigger={name}")
    assert len(listed) == 1
    run_command("trigger_set", name, change)
    assert everything() == before
    assert run_command("firing_list", f"--trigger={name}") == listed


def test_a_firing_keeps_what_its_trigger_said_then(run_command: Run) -> None:
    said = WorkflowTrigger.objects.named("skips").as_json()
    run_command("trigger_set", "skips", "--config={}", "--condition=on_approve")
    assert TriggerFiring.objects.of("skips").get().terms == said
    run_command("trigger_set", "skips", "--delete")
    assert TriggerFiring.objects.of("skips").get().terms == said


def test_firings_of_a_deleted_trigger_are_still_shown(run_command: Run, past: WorkflowRun) -> None:
    shown = run_command("workflow_status", past)
    run_command("trigger_set", "fires", "--delete")
    assert run_command("workflow_status", past) == shown
    assert [one["trigger"] for one in run_command("firing_list", f"--run={past}")] == [
        "fails",
        "skips",
        "fires",
    ]


@pytest.mark.parametrize("name", ["fires", "fails", "skips"])
def test_a_new_trigger_of_an_old_name_does_not_fire_for_an_old_event(
    run_command: Run, refused: Run, past: WorkflowRun, name: str
) -> None:
    run_command("trigger_set", name, "--delete")
    before = everything()
    run_command("trigger_set", name, "--source=sketching", "--target=hanging")
    assert run_command("trigger_backfill", name)["plan"] == []
    assert everything() == before
    old = TriggerFiring.objects.of(name).get()
    again = TriggerFiring(trigger_id=name, source_run=past, event=old.event, result="skipped")
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    assert everything() == before


def test_a_new_trigger_of_an_old_name_fires_for_what_comes(run_command: Run) -> None:
    old = TriggerFiring.objects.of("fires").get()
    run_command("trigger_set", "fires", "--delete")
    run_command("trigger_set", "fires", "--source=sketching", "--target=w4")
    run = Crew(started(book_of(1), workflow_type="sketching")).finish()
    new = TriggerFiring.objects.of("fires").exclude(pk=old.pk).get()
    assert (new.result, new.source_run, new.target_run.workflow_type) == (
        "fired",
        run,
        "w4_playtesting",
    )
