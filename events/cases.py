"""The facts of a rejection, gathered for the router."""

from collections.abc import Callable, Mapping

from artifacts.models import ArtifactType
from events.router import Case, Maker
from workflows.definitions.definition import Definition, StepSpec
from workflows.models import Step, StepKind


def case_at(step: Step, rejection_type: str, *, retry_count: int = 1, to_step: str = "") -> Case:
    """A rejection by that step of a run; a gate's is a human's."""
    run = step.run
    return case_of(
        run.definition.parsed,
        step.name,
        rejection_type,
        retry_count=retry_count,
        to_step=to_step,
        agent_of=run.agent_of,
        limits=run.overrides.get("max_retries", {}),
        by_human=step.kind == StepKind.GATE,
    )


def case_of(
    definition: Definition,
    step: str,
    rejection_type: str,
    *,
    retry_count: int,
    agent_of: Callable[[StepSpec], str],
    limits: Mapping[str, int],
    to_step: str = "",
    by_human: bool = False,
) -> Case:
    """A rejection by the step of that name, in any run of that definition."""
    target = definition.rework_target(step)
    before = definition.upstream_of(step)
    return Case(
        workflow_type=definition.type,
        step=step,
        rejection_type=rejection_type,
        retry_count=retry_count,
        nearest=target.name if target else "",
        makers={
            spec.name: Maker(agent_of(spec), ArtifactType.CHAPTER in spec.made)
            for spec in definition.steps
            if spec.name in before and spec.kind == "work"
        },
        by_human=by_human,
        to_step=to_step,
        book_max_retries=limits,
    )
