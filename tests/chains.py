"""Small workflows, and triggers by which one of them starts the next."""

from typing import Any

import pytest
from django.apps import apps

from artifacts.registry import Handed
from books.models import Book
from tests.agents import Crew
from tests.contents import content_of
from tests.factories import BookVersionFactory, DefinitionFactory
from triggers.changing import Change, put
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows import runs
from workflows.errors import LostRace
from workflows.models import WorkflowDefinition, WorkflowRun

WRITE = {"name": "write", "agent": "writer"}
PLAIN = (WRITE,)
NOTED = ({**WRITE, "produces": ["release_notes?"]},)
GATED = (WRITE, {"name": "approve", "kind": "gate", "role": "owner"})
BOUND = (
    {"name": "draft", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]},
    {"name": "bind", "agent": "binder", "makes_version": True},
)


def workflows(*types: str, steps: Any = PLAIN) -> list[WorkflowDefinition]:
    return [DefinitionFactory(type=workflow_type, steps=steps) for workflow_type in types]


def trigger(
    name: str = "one-to-two",
    source: str = "one",
    target: str = "two",
    condition: str = "on_complete",
    **config: Any,
) -> WorkflowTrigger:
    """Made as `trigger_set` makes it; `joined` is the key `with`."""
    if "joined" in config:
        config["with"] = config.pop("joined")
    return put(name, Change(source, target, condition, config=config))


def begun(book: Book, workflow_type: str = "one", **more: Any) -> Crew:
    """The crew of a run begun through the real verb; `more` are the fields of a NewRun."""
    new = runs.NewRun(workflow_type, book.slug, **more)
    return Crew(runs.start(new, actor="ada"))


def completed(book: Book, workflow_type: str = "one", **more: Any) -> WorkflowRun:
    return begun(book, workflow_type, **more).finish()


def rerun(run: WorkflowRun, from_step: str = "write") -> WorkflowRun:
    """The run once more, to its end."""
    return Crew(runs.rerun(run, actor="ada", from_step=from_step)).finish()


def firings_of(run: WorkflowRun) -> list[TriggerFiring]:
    """What the run set off, in the order it was written."""
    return list(TriggerFiring.objects.for_json().filter(source_run=run).order_by("pk"))


def firing_of(run: WorkflowRun) -> TriggerFiring:
    [firing] = firings_of(run)
    return firing


def told(run: WorkflowRun) -> list[tuple[str, str]]:
    """Result and reason of each."""
    return [(firing.result, firing.reason) for firing in firings_of(run)]


def followers(run: WorkflowRun) -> list[WorkflowRun]:
    """The runs that triggers started from it, oldest first."""
    mine = WorkflowRun.objects.with_all().filter(parent_run=run, cause="trigger")
    return list(mine.order_by("pk"))


def follower(run: WorkflowRun) -> WorkflowRun:
    [found] = followers(run)
    return found


def newer(book: Book, number: str = "1.1.0") -> None:
    """Another version of the book."""
    BookVersionFactory(book=book, number=number, texts={"01-one.md": f"# For {number}\n"})


def ids(*found: WorkflowRun) -> list[str]:
    return [run.public_id for run in found]


def sources(backfill: dict[str, Any]) -> list[str]:
    """The source runs of what was planned or done."""
    return [one["source_run"] for one in backfill.get("plan", backfill.get("firings"))]


def lose_a_race(monkeypatch: pytest.MonkeyPatch, workflow_type: str = "two") -> list[str]:
    """The first run of that type finds another process in its way as it begins; which it was."""
    advance, lost = runs.advance, list[str]()

    def racing(run: WorkflowRun) -> None:
        advance(run)
        if run.workflow_type == workflow_type and not lost:
            lost.append(run.public_id)
            raise LostRace("another was faster")

    monkeypatch.setattr(runs, "advance", racing)
    return lost


def made(artifact_type: str) -> Handed:
    """Something of that type, to be handed in."""
    return Handed.of_bytes(artifact_type, *content_of(artifact_type))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models
    }
