"""Deciding a gate: approve, request changes, reject."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models

from books.errors import nearest
from workflows import runs, versions
from workflows.errors import IllegalMove, InvalidInput, SelfApproval, TextChanged, UnknownThing
from workflows.idempotency import Once
from workflows.inputs import digest_of, inputs_of, record_use
from workflows.lifecycle import advance, moving, retrying
from workflows.models import Outcome, RunStatus, Step, StepKind, StepStatus, WorkflowRun
from workflows.passages import passages_of


class Decision(models.TextChoices):
    APPROVE = "approve", "let it pass"
    REQUEST_CHANGES = "request_changes", "send it back to be mended"
    REJECT = "reject", "end the run"


@dataclass(frozen=True)
class Judgement:
    """What a human decided. `digest` is of what was read; `to_step` overrides the routing."""

    decision: str
    rejection_type: str = ""
    reason: str = ""
    to_step: str = ""
    items: Sequence[str] = ()
    passages: Sequence[dict[str, Any]] = ()
    digest: str = ""


def role_of(step: Step) -> str:
    """Whose group decides it. Raises IllegalMove for a step that nobody decides."""
    if step.kind != StepKind.GATE:
        raise IllegalMove(f"{step.noun} is a {step.kind}; only gates are decided")
    return step.agent


@retrying
def decide(
    run: WorkflowRun, judged: Judgement, *, actor: str, gate: str = "", key: str = ""
) -> dict[str, Any]:
    """Decide the open gate of a run (named or numbered by `gate`); answers the step."""
    _check(judged)
    once = Once(actor, "gate_decide", key, {"run": run.public_id, "gate": gate, **vars(judged)})
    with moving(run.pk, actor=actor) as held:
        return once.answer(lambda: _decided(held, judged, actor, gate))


def _decided(run: WorkflowRun, judged: Judgement, actor: str, gate: str) -> dict[str, Any]:
    step = _open_gate(run, gate)
    refuse_author(run, actor)
    inputs = inputs_of(step)
    digest = digest_of(inputs) or ""
    if judged.digest and judged.digest != digest:
        raise TextChanged(
            f"the text has changed since you read it: it is {digest}, not {judged.digest}"
        )
    step.worker = actor
    DECIDERS[judged.decision](step, judged, digest)
    record_use(step, inputs)
    advance(run)
    return step.as_json(digest or None)


def _approve(step: Step, judged: Judgement, digest: str) -> None:
    versions.refuse_conflicts(step.run)
    step.approve(decision=judged.decision, reason=judged.reason, digest=digest)


def _request_changes(step: Step, judged: Judgement, digest: str) -> None:
    step.request_changes(
        decision=judged.decision,
        rejection_type=judged.rejection_type,
        reason=judged.reason,
        passages=passages_of(step, judged.passages),
        items=list(judged.items),
        to_step=judged.to_step,
        digest=digest,
    )


def _reject(step: Step, judged: Judgement, digest: str) -> None:
    step.refuse(decision=judged.decision, reason=judged.reason, digest=digest)
    runs.fail(step.run, outcome=Outcome.REJECTED, reason=judged.reason)


DECIDERS: dict[str, Callable[[Step, Judgement, str], None]] = {
    Decision.APPROVE: _approve,
    Decision.REQUEST_CHANGES: _request_changes,
    Decision.REJECT: _reject,
}


def _check(judged: Judgement) -> None:
    if judged.decision not in Decision.values:
        hint = nearest(judged.decision, Decision.values)
        raise InvalidInput(f'no decision "{judged.decision}"{hint}')
    if judged.decision != Decision.APPROVE and not judged.reason.strip():
        raise InvalidInput(f"{judged.decision} needs a reason")
    if judged.decision == Decision.REQUEST_CHANGES and not judged.rejection_type:
        raise InvalidInput("request_changes needs a type: style, mechanics, clarity or scope")


def _open_gate(run: WorkflowRun, gate: str) -> Step:
    if run.status != RunStatus.RUNNING:
        raise IllegalMove(f"run {run} is {run.status}: its gates are decided while it is running")
    gates = [row for row in run.progress.rows if row.kind == StepKind.GATE]
    named = [row for row in gates if gate in ("", row.name, str(row.pk))]
    waiting = [row for row in named if row.status == StepStatus.AWAITING_DECISION]
    if len(waiting) == 1:
        return waiting[0]
    if waiting:
        names = ", ".join(row.name for row in waiting)
        raise InvalidInput(f"several gates of run {run} wait: {names}; name one with --step")
    if named:
        last = named[-1]
        raise IllegalMove(f"gate {last.name} of run {run} is {last.status} by {last.worker}")
    _refuse_earlier(run, gate)
    known = [spec.name for spec in run.definition.parsed.steps if spec.kind == "gate"]
    if gate and gate not in known:
        raise UnknownThing(f'no gate "{gate}" in run {run}{nearest(gate, known)}')
    raise IllegalMove(f"no gate of run {run} waits; it is at {run.current_step}")


def _refuse_earlier(run: WorkflowRun, gate: str) -> None:
    """Raises IllegalMove where that number is of an attempt which another has followed."""
    row = run.steps.filter(pk=gate, kind=StepKind.GATE).first() if gate.isdecimal() else None
    if row:
        by = f" by {row.worker}" if row.worker else ""
        now = run.progress.latest(row.name)
        status = now.get_status_display().partition(":")[0] if now else ""
        then = f"; attempt {now.attempt}, step {now.pk}, is {status}" if now else ""
        raise IllegalMove(f"attempt {row.attempt} at gate {row.name} is {row.status}{by}{then}")


def refuse_author(run: WorkflowRun, actor: str) -> None:
    """Raises SelfApproval for who completed a live work step of the run, unless that is allowed."""
    if settings.BINDERY_ALLOW_SELF_APPROVAL:
        return
    own = [
        row
        for row in run.progress.rows
        if row.kind == StepKind.WORK and row.status == StepStatus.COMPLETED and row.worker == actor
    ]
    if own:
        raise SelfApproval(
            f"{actor} did step {own[0].pk} ({own[0]}) of this run and cannot decide its gates; "
            "ask another, or set BINDERY_ALLOW_SELF_APPROVAL"
        )
