"""A database in which every noun of the REST interface has rows, in every stage they can be in."""

from dataclasses import dataclass, field
from typing import Any

from tests.agents import Claimed, Crew
from tests.factories import started
from tests.stages import every_stage
from workflows import drafting
from workflows.models import Step


@dataclass
class World:
    """`parts` has words that stand in paths, by their names there; `bodies` those of fields of
    bodies; `held` is what the caller has claimed."""

    caller: str
    held: list[Claimed] = field(default_factory=list)
    parts: dict[str, list[Any]] = field(default_factory=dict)
    bodies: dict[str, list[Any]] = field(default_factory=dict)


def furnish(caller: str) -> World:
    world = World(caller)
    stages = every_stage()
    done = Crew(started(workflow_type="w4"))
    done.finish()
    running = started(workflow_type="w1")
    Crew(running).claim("project-manager").complete()
    world.held = [Crew(running, caller).claim("writer") for _ in range(2)]
    drafting.keep(world.held[0].row(), world.held[0].lease, caller, "So far.")
    runs = [*stages.values(), done.run.public_id, running.public_id]
    held = [claimed.id for claimed in world.held]
    gates = Step.objects.filter(status="awaiting_decision").values_list("pk", flat=True)
    others = Step.objects.filter(run__in=[done.run, running]).values_list("pk", flat=True)
    world.parts = {"run": runs, "step": [*held * 3, *gates, *others]}
    world.bodies = {
        "lease": [claimed.lease for claimed in world.held],
        "book": ["red"],
        "workflow_type": ["w1", "w4_playtesting"],
        "rejection_type": ["style", "scope"],
    }
    return world
