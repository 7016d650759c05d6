"""Adding artifacts to a run beside the ones a complete carries."""

from typing import Any

from artifacts import registry
from artifacts.registry import Handed
from books.errors import unknown
from workflows.errors import InvalidInput
from workflows.lifecycle import moving, retrying, tell_artifact
from workflows.models import Step, StepStatus, WorkflowRun
from workflows.work import check_lease, check_types, held, refuse_closed


@retrying
def add(
    run: WorkflowRun, made: Handed, *, actor: str, step_id: str | None = None, lease: str = ""
) -> dict[str, Any]:
    """Register one artifact of an open run; of a running step only under its lease."""
    with moving(run.pk, actor=actor) as open_run:
        refuse_closed(open_run)
        _refuse_strange(open_run, made.item)
        step = _step(open_run, step_id, lease)
        if step:
            check_types(step, [made])
        artifact, new = registry.register(open_run, step, made, delivered=False)
        if new:
            tell_artifact(artifact)
        return artifact.as_json()


def _step(run: WorkflowRun, step_id: str | None, lease: str) -> Step | None:
    if step_id is None:
        return None
    step = held(run, Step.objects.numbered(step_id).pk)
    if step.run_id != run.pk:
        raise InvalidInput(f"step {step_id} is no step of run {run}")
    if step.status == StepStatus.RUNNING or lease:
        check_lease(step, lease)
    return step


def _refuse_strange(run: WorkflowRun, item: str) -> None:
    known = list(run.input_version.chapters.values_list("slug", flat=True))
    if item and item not in known:
        raise unknown(f"chapter of {run.input_version}", item, known)
