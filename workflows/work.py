"""Handing work back: heartbeat, complete, fail, release; and leases that run out."""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone

from artifacts import registry
from artifacts.models import ArtifactType
from artifacts.registry import Handed
from workflows import feedback_items, runs
from workflows.drafts import forget_drafts, keep_drafts
from workflows.errors import Contradiction, IllegalMove, InvalidInput, StaleLease
from workflows.idempotency import Once
from workflows.lifecycle import advance, moving, opened, retrying, save, tell_artifact
from workflows.models import Outcome, Step, StepStatus, WorkflowRun


@dataclass(frozen=True)
class Held:
    """A step under the lease by which its worker holds it."""

    step: Step
    lease: str
    actor: str
    key: str = ""


@retrying
def heartbeat(holder: Held, *, seconds: int | None = None) -> dict[str, Any]:
    """Extend a lease nobody has taken back, to the step's `lease_seconds` from now, or `seconds`.

    It never shortens one. Raises StaleLease.
    """
    told = {"step": holder.step.pk, "lease": holder.lease, "seconds": seconds}
    once = Once(holder.actor, "work_heartbeat", holder.key, told)
    with opened(holder.actor):
        return once.answer(lambda: _extended(holder.step, holder.lease, seconds))


def _extended(step: Step, lease: str, seconds: int | None) -> dict[str, Any]:
    check_lease(step, lease)
    until = timezone.now() + timedelta(seconds=seconds or step.spec.lease_seconds)
    still = Step.objects.filter(pk=step.pk, status=StepStatus.RUNNING, lease=lease)
    if not still.update(lease_expires_at=Greatest("lease_expires_at", Value(until))):
        raise _stale(step)
    return Step.objects.numbered(step.pk).as_json()


def complete(
    holder: Held, *, result: dict[str, Any], handed: Iterable[Handed] = ()
) -> dict[str, Any]:
    """Hand back the work: what was made, and a result. Answers the step."""
    handed = list(handed)
    told = {"result": result, "artifacts": [one.as_json() for one in handed]}

    def act(step: Step) -> None:
        _check_result(step, result)
        _check_made(step, handed)
        feedback_items.check_answers(step, result)
        made = [_register(step, one) for one in handed]
        step.complete(result=result, artifacts=made)
        if feedback_items.plans(step.spec):
            feedback_items.plan(step.run)
        forget_drafts(step, holder.actor)
        advance(step.run)

    return hand_back(holder, "complete", told, act, handed)


def fail(holder: Held, *, reason: str) -> dict[str, Any]:
    """A try came to nothing. The step is ready again, or the run fails with it."""

    def act(step: Step) -> None:
        step.fail(reason=reason)
        _end_run_with(step, reason)

    return hand_back(holder, "fail", {"reason": reason}, act)


def release(holder: Held, *, reason: str) -> dict[str, Any]:
    """Put the step back, untouched, for another to claim."""
    return hand_back(
        holder, "release", {"reason": reason}, lambda step: step.release(reason=reason)
    )


@dataclass(frozen=True)
class TakenBack:
    """Why a step is taken back, and from whom; from whoever holds it without a worker."""

    reason: str
    worker: str = ""


@retrying
def take_back(step: Step, how: TakenBack, *, actor: str, key: str = "") -> dict[str, Any]:
    """Release a step for its worker, whom nobody asks. What is handed in by the old lease is kept
    as a draft. Raises IllegalMove where nobody holds it, Contradiction where another does."""
    once = Once(actor, "work_take_back", key, {"step": step.pk, **vars(how)})
    with moving(step.run_id, actor=actor) as run:
        row = held(run, step.pk)
        return once.answer(lambda: _taken_back(row, how))


def _taken_back(row: Step, how: TakenBack) -> dict[str, Any]:
    if how.worker and row.worker not in ("", how.worker):
        raise Contradiction(f"{row.noun} is not with {how.worker} any more: {row.worker} has it")
    row.release(reason=how.reason)
    return row.as_json()


@retrying
def end_lease(step: Step, *, actor: str) -> bool:
    """Take back a step whose lease has run out; False when it has not, or no longer."""
    with moving(step.run_id, actor=actor) as run:
        row = held(run, step.pk)
        late = row.lease_expires_at
        if row.status != StepStatus.RUNNING or not late or late > timezone.now():
            return False
        row.lose_lease(reason=f"the lease of {row.worker} ran out")
        _end_run_with(row, "its lease ran out too often")
    return True


def held(run: WorkflowRun, pk: int) -> Step:
    """The very row the open door holds; a row outside its picture is read anew."""
    for row in run.progress.rows:
        if row.pk == pk:
            return row
    row = Step.objects.numbered(pk)
    if row.run_id == run.pk:
        row.run = run
    return row


@retrying
def hand_back(
    holder: Held,
    verb: str,
    told: dict[str, Any],
    act: Callable[[Step], None],
    handed: Sequence[Handed] = (),
) -> dict[str, Any]:
    """One verb under a lease, in one transaction, once per key; a late text is kept."""
    arguments = {"step": holder.step.pk, "lease": holder.lease, **told}
    once = Once(holder.actor, f"work_{verb}", holder.key, arguments)

    def answer(step: Step) -> dict[str, Any]:
        check_lease(step, holder.lease)
        act(step)
        return step.as_json()

    try:
        with moving(holder.step.run_id, actor=holder.actor) as run:
            step = held(run, holder.step.pk)
            return once.answer(lambda: answer(step))
    except StaleLease as refusal:
        if kept := keep_drafts(holder.step, holder.actor, handed, str(told.get("reason", ""))):
            raise StaleLease(f"{refusal}; {kept}") from refusal
        raise


def _register(step: Step, one: Handed) -> str:
    artifact, new = registry.register(step.run, step, one, delivered=True)
    if new:
        tell_artifact(artifact)
    return artifact.public_id


def _end_run_with(step: Step, reason: str) -> None:
    if step.status == StepStatus.FAILED:
        runs.fail(step.run, outcome=Outcome.ERROR, reason=f"step {step}: {reason}")
        save(step.run)


def holds(step: Step, lease: str) -> bool:
    mine = hmac.compare_digest(step.lease.encode(), lease.encode())
    return step.status == StepStatus.RUNNING and mine


def check_lease(step: Step, lease: str) -> None:
    if not holds(step, lease):
        raise _stale(step)


def _stale(step: Step) -> StaleLease:
    by = f" by {step.worker}" if step.worker else " now"
    taken = step.events.taken_back()
    why = f': {taken.actor} took it back, "{taken.payload["reason"]}"' if taken else ""
    return StaleLease(
        f"step {step.pk} ({step}) is no longer yours by that lease{why}; it is {step.status}{by}"
    )


def _check_result(step: Step, result: dict[str, Any]) -> None:
    if step.kind == "review" and result.get("approved") is False:
        raise Contradiction("a review that does not approve is handed back with work_reject")
    if "chapters" not in result or step.item:
        return
    known = list(step.run.input_version.chapters.values_list("slug", flat=True))
    named = result["chapters"]
    if not isinstance(named, list) or not named or not all(slug in known for slug in named):
        raise InvalidInput(
            f"the result's chapters are not a list of chapters of {step.run.input_version}"
        )


def check_types(step: Step, handed: Sequence[Handed]) -> None:
    """Refuse what the step does not make."""
    for one in handed:
        if one.artifact_type not in step.spec.made:
            may = ", ".join(map(str, step.spec.produces)) or "nothing"
            raise InvalidInput(f"step {step} makes {may}, not {one.artifact_type}")
        if step.item and one.item not in ("", step.item):
            raise InvalidInput(f"step {step} hands in nothing of {one.item}")


def _check_made(step: Step, handed: Sequence[Handed]) -> None:
    check_types(step, handed)
    made = {one.artifact_type for one in handed}
    needed = [wanted.artifact_type for wanted in step.spec.produces if not wanted.optional]
    if missing := [artifact_type for artifact_type in needed if artifact_type not in made]:
        raise Contradiction(f"step {step} is not complete without {', '.join(missing)}")
    chapters = [one for one in handed if one.artifact_type == ArtifactType.CHAPTER]
    if step.item and len(chapters) > 1:
        raise Contradiction(f"step {step} makes one chapter, not {len(chapters)}")
    if len({(one.artifact_type, one.path, one.item) for one in handed}) < len(handed):
        raise Contradiction(f"two artifacts of step {step} have the same type and path")


def refuse_closed(run: WorkflowRun) -> None:
    if run.has_ended:
        raise IllegalMove(f"run {run} is {run.status}; nothing can be added to it")
