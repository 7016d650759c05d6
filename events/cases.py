"""The facts of a rejection, gathered for the router."""

from collections.abc import Callable, Mapping

from artifacts.models import ArtifactType
from events.router import Case, Maker
from workflows.definitions.definition import Definition, StepSpec
from workflows.models import Step, WorkflowRun


def case_at(step: Step, rejection_type: str, *, retry_count: int = 1, to_step: str = "") -> Case:
    """A rejection by that step of a run."""
    return case_in(step.run, step.name, rejection_type, retry_count=retry_count, to_step=to_step)


def case_in(
    run: WorkflowRun, step: str, rejection_type: str, *, retry_count: int = 1, to_step: str = ""
) -> Case:
    """A rejection by the step of that name, whether it has a row yet or not."""
    return case_of(
        run.definition.parsed,
        step,
        rejection_type,
        retry_count=retry_count,
        to_step=to_step,
        agent_of=run.agent_of,
        limits=run.overrides.get("max_retries", {}),
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
) -> Case:
    """A rejection by the step of that name, in any run of that definition; a gate's is a
    human's."""
    target = definition.rework_target(step)
    return Case(
        workflow_type=definition.type,
        step=step,
        rejection_type=rejection_type,
        retry_count=retry_count,
        nearest=target.name if target else "",
        makers={
            spec.name: Maker(agent_of(spec), ArtifactType.CHAPTER in spec.made)
            for spec in definition.work_upstream_of(step)
        },
        by_human=definition.step(step).kind == "gate",
        to_step=to_step,
        book_max_retries=limits,
    )
