"""A database in which every noun of the REST interface has rows, in every stage they can be in."""

from dataclasses import dataclass, field
from typing import Any

from tests.agents import Claimed, Crew
from tests.factories import started
from tests.stages import every_stage
from workflows import drafting
from workflows.models import WorkflowRun


@dataclass
class World:
    """`parts` has words that stand in paths, by their names there; `held` what the caller has
    claimed."""

    caller: str
    held: list[Claimed] = field(default_factory=list)
    parts: dict[str, list[Any]] = field(default_factory=dict)


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
    open_steps = running.steps.values_list("pk", flat=True)
    deciding = WorkflowRun.objects.named(stages["deciding"]).steps.filter(kind="gate")
    world.parts = {"run": runs, "step": [*open_steps, *deciding.values_list("pk", flat=True)]}
    return world
