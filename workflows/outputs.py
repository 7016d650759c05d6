"""Adding artifacts to a run beside the ones a complete carries."""

from typing import Any, NamedTuple

from artifacts import registry
from artifacts.registry import Handed
from books.errors import unknown
from workflows.errors import InvalidInput
from workflows.idempotency import Once
from workflows.lifecycle import moving, retrying, tell_artifact
from workflows.models import Step, StepStatus, WorkflowRun
from workflows.work import check_lease, check_types, held, refuse_closed


class Added(NamedTuple):
    """The noun of an artifact, and whether it is new."""

    artifact: dict[str, Any]
    created: bool


@retrying
def add(
    run: WorkflowRun,
    made: Handed,
    *,
    actor: str,
    step_id: str | None = None,
    lease: str = "",
    key: str = "",
) -> Added:
    """Register one artifact of an open run; of a running step only under its lease."""
    arguments = {"run": run.public_id, "step": step_id, "lease": lease, **made.as_json()}
    once = Once(actor, "artifact_register", key, {**arguments, "metadata": made.metadata})
    with moving(run.pk, actor=actor) as open_run:
        return Added(**once.answer(lambda: _add(open_run, made, step_id, lease)))


def _add(run: WorkflowRun, made: Handed, step_id: str | None, lease: str) -> dict[str, Any]:
    refuse_closed(run)
    _refuse_strange(run, made.item)
    step = _step(run, step_id, lease)
    if step:
        check_types(step, [made])
    artifact, new = registry.register(run, step, made, delivered=False)
    if new:
        tell_artifact(artifact)
    return {"artifact": artifact.as_json(), "created": new}


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
