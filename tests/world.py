"""A database in which every noun of the REST interface has rows, in every stage they can be in."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artifacts.models import Artifact
from artifacts.registry import Handed
from books import registry
from events.models import Delivery, Escalation, RoutingRule
from events.webhooks import changing as webhooks
from tests.agents import Claimed, Crew
from tests.chains import trigger
from tests.factories import SettingFactory, book_of, started, write_folder
from tests.stages import every_stage
from triggers import requests
from workflows import drafting
from workflows.models import Step, WorkflowRun

FILES = {"01-sea.md": "# The sea\n\nBlue.\n", "02-land.md": "# Land\n", "maps/sea.svg": "<svg/>"}


@dataclass
class World:
    """`parts` has words that stand in paths, by their names there; `bodies` those of fields of
    bodies; `held` is what the caller has claimed."""

    caller: str
    held: list[Claimed] = field(default_factory=list)
    parts: dict[str, list[Any]] = field(default_factory=dict)
    bodies: dict[str, list[Any]] = field(default_factory=dict)


def furnish(caller: str, folder: Path) -> World:
    """A world in which that user has steps under lease. Books may lie in `folder`."""
    world = World(caller)
    atlas(folder)
    told = [
        webhooks.make(webhooks.Change(url), actor="grace").pk
        for url in ("https://example.org/told", "mailto:ada@example.org")
    ]
    stages = every_stage()
    played = playtested()
    disputed()
    follow = trigger("w4-to-w1", "w4", "w1", "manual")
    requests.fire(follow, played, actor="grace")
    running = started(workflow_type="w1")
    Crew(running).claim("project-manager").complete()
    world.held = [Crew(running, caller).claim("writer") for _ in range(2)]
    drafting.keep(world.held[0].row(), world.held[0].lease, caller, "So far.")
    gates = Step.objects.filter(status="awaiting_decision").values_list("pk", flat=True)
    others = Step.objects.filter(run__in=[played, running]).values_list("pk", flat=True)
    runs = [*stages.values(), played.public_id, running.public_id]
    world.parts = {
        "artifact": list(Artifact.objects.values_list("public_id", flat=True)[:5]),
        "book": ["atlas", "red"],
        "chapter": ["01-sea", "01-one"],
        "delivery": list(Delivery.objects.values_list("pk", flat=True)[:5]),
        "escalation": list(Escalation.objects.values_list("pk", flat=True)),
        "name": [follow.name],
        "number": ["1.1.0", "1.0.0"],
        "path": ["maps/sea.svg"],
        "route": list(RoutingRule.objects.values_list("pk", flat=True)),
        "run": runs,
        "webhook": told,
        "step": [*[claimed.id for claimed in world.held] * 3, *gates, *others],
    }
    world.bodies = words(world, folder)
    return world


def atlas(folder: Path) -> None:
    """A book with a map, in two versions, of a setting."""
    setting = SettingFactory(slug="seas").slug
    place = write_folder(folder / "atlas", FILES)
    book = registry.register(slug="atlas", title="Atlas", source=place, setting=setting)
    write_folder(place, {"01-sea.md": "# The sea\n\nGreen.\n", "03-sky.md": "# The sky\n"})
    registry.snapshot(book)
    write_folder(place, {"04-stars.md": "# Stars\n"})


def disputed() -> None:
    """A run whose only chapter was sent back until a human must decide."""
    crew = Crew(started(book_of(1, slug="blue")))
    while crew.fresh().status == "running":
        crew.up_to("edit").claim("editor").reject(passages=[{"quote": "Some words"}])


def playtested() -> WorkflowRun:
    """A completed playtest that asks for something."""
    crew = Crew(started(workflow_type="w4")).up_to("feedback")
    asks = {"key": "too-long", "type": "clarity", "text": "The rules are too long."}
    content = json.dumps({"items": [asks]}).encode()
    handed = [Handed.of_bytes("playtest_feedback", "playtest-feedback.json", content)]
    crew.claim("playtest-analyst").complete(handed=handed)
    return crew.fresh()


def words(world: World, folder: Path) -> dict[str, list[Any]]:
    return {
        "against": ["1.0.0"],
        "agent": ["writer", "editor"],
        "lease": [claimed.lease for claimed in world.held],
        "handler_agent": ["style-editor"],
        "rejection_type": ["style", "scope"],
        "source_path": [str(folder / "atlas"), "/nowhere"],
        "source_workflow_type": ["w1", "w4"],
        "target_workflow_type": ["w2", "w1"],
        "workflow_type": ["w1", "w4_playtesting"],
    }
