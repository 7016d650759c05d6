"""Sending work back: the one way to a second attempt. Called by whoever routes a rejection."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from workflows.definitions.definition import StepSpec
from workflows.errors import InvalidInput
from workflows.lifecycle import add_steps, move_all
from workflows.models import Step, StepStatus, WorkflowRun


class Reworked(NamedTuple):
    """The new attempts, and the rows that they made moot."""

    attempts: list[Step]
    superseded: list[Step]

    def about(self, item: str, others: Collection[str] = ()) -> dict[str, Any]:
        """What of it concerns one item: all but what is of another of these alone."""
        theirs = set(others) - {item}
        mine = [row for row in self.attempts if row.item not in theirs]
        moot = [row for row in self.superseded if row.item not in theirs]
        return {
            "attempts": [
                {"step": row.pk, "item": row.item or None, "attempt": row.attempt} for row in mine
            ],
            "superseded": [row.pk for row in moot],
        }


def rework(
    rejecting: Step,
    *,
    items: Sequence[str],
    to_step: str,
    agent: str,
    feedback: Mapping[str, list[int]],
) -> Reworked:
    """New attempts at `to_step` for these items (for all in scope where one is empty).

    Whatever was built on the text sent back becomes superseded. Where what the step needs is
    itself being made again, its attempt follows when that is done. `feedback` has the ids of
    rejections by item. Needs an open door. Raises InvalidInput when `to_step` is not upstream
    of what rejected.
    """
    run = rejecting.run
    target = run.definition.parsed.step(to_step)
    if to_step not in run.definition.parsed.upstream_of(rejecting.name) or target.kind != "work":
        raise InvalidInput(f"{to_step} is no work step upstream of {rejecting.name}")
    wanted = _wanted(run, target, items)
    superseded = _moot(run, target, wanted)
    move_all(superseded, "supersede")
    due = [(target, item) for item in wanted if run.progress.needs_met(target, item)]
    told = feedback if target.foreach and "" not in items else dict.fromkeys(wanted, _all(feedback))
    attempts = add_steps(run, due, agent=agent, feedback=told)
    run.current_step, run.current_agent = run.progress.current()
    return Reworked(attempts, superseded)


def made_moot(rejecting: Step, *, items: Sequence[str], to_step: str) -> list[Step]:
    """The rows that such a rework would supersede now."""
    target = rejecting.run.definition.parsed.step(to_step)
    return _moot(rejecting.run, target, _wanted(rejecting.run, target, items))


def review_again(step: Step, *, agent: str, feedback: Mapping[str, list[int]]) -> Reworked:
    """A new attempt at the review itself, where nothing upstream can be reworked."""
    run = step.run
    if run.progress.latest(step.name, step.item) != step or not run.progress.stands(step):
        return Reworked([], [])  # its next attempt follows from what is being made again
    attempts = add_steps(run, [(step.spec, step.item)], agent=agent, feedback=feedback)
    run.current_step, run.current_agent = run.progress.current()
    return Reworked(attempts, [])


def let_pass(step: Step, *, result: dict[str, Any]) -> None:
    """Override what a review rejected, unless it no longer stands: then it is judged anew."""
    if may_pass(step):
        step.override(result=result, artifacts=[])


def may_pass(step: Step) -> bool:
    """Whether it rejected, and what it rejected still stands."""
    return step.status == StepStatus.REJECTED and step.latest and step.run.progress.stands(step)


def _wanted(run: WorkflowRun, target: StepSpec, items: Sequence[str]) -> tuple[str, ...]:
    """The items to make again: these, or all in scope where one is empty."""
    return tuple(items) if target.foreach and "" not in items else run.progress.items(target)


def _moot(run: WorkflowRun, target: StepSpec, items: Sequence[str]) -> list[Step]:
    """Every live row of the target and of what waits for it: of these items, or of all."""
    definition = run.definition.parsed
    moot = {target.name, *(spec.name for spec in definition.downstream_of(target.name))}
    touched = {"", *items}
    return [
        row
        for row in run.progress.rows
        if row.name in moot and row.is_live and (not target.foreach or row.item in touched)
    ]


def _all(feedback: Mapping[str, list[int]]) -> list[int]:
    return sorted({pk for numbers in feedback.values() for pk in numbers})
