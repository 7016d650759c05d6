"""Sending work back: the one way to a second attempt. Called by whoever routes a rejection."""

from typing import NamedTuple

from workflows.errors import InvalidInput
from workflows.lifecycle import add_steps, move_all
from workflows.models import Step


class Reworked(NamedTuple):
    """The new attempts, and the ids of the rows that they made moot."""

    attempts: list[Step]
    superseded: list[int]


def rework(
    rejecting: Step, *, item: str, to_step: str, agent: str, feedback: list[int]
) -> Reworked:
    """A new attempt at `to_step` for this item (for all in scope where it is empty).

    Whatever was built on the text sent back becomes superseded. Needs an open door.
    Raises InvalidInput when `to_step` is not upstream of what rejected.
    """
    run = rejecting.run
    definition = run.definition.parsed
    target = definition.step(to_step)
    if to_step not in definition.upstream_of(rejecting.name) or target.kind != "work":
        raise InvalidInput(f"{to_step} is no work step upstream of {rejecting.name}")
    moot = {target.name, *(spec.name for spec in definition.downstream_of(target.name))}
    only = item if target.foreach else ""
    superseded = move_all(
        [
            row
            for row in run.progress.rows
            if row.name in moot and row.is_live and (not only or row.item in ("", only))
        ],
        "supersede",
    )
    items = [only] if only else run.progress.items(target)
    attempts = add_steps(run, [(target, each) for each in items], agent=agent, feedback=feedback)
    run.current_step, run.current_agent = run.progress.current()
    return Reworked(attempts, superseded)
