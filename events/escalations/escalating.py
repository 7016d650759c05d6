"""Escalations: opened when mending does not converge, taken and resolved by a human."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from events.errors import AlreadyResolved, TakenByAnother
from events.escalations import answers
from events.escalations.answers import Answer
from events.models import Escalation, EscalationStatus
from events.router import Decision
from workflows.idempotency import Once
from workflows.lifecycle import advance, moving, retrying
from workflows.models import PauseReason, RunStatus, Step, WorkflowRun
from workflows.work import held


def opened_for(step: Step, reason: str, given_up: Mapping[str, Decision]) -> dict[str, Escalation]:
    """The open escalation of each of these items: the one there is, else a new one."""
    if not given_up:
        return {}
    rejection_type = next(iter(given_up.values())).rejection_type
    about = step.run.escalations.open().filter(
        item__in=list(given_up), rejection_type=rejection_type
    )
    found = {escalation.item: escalation for escalation in about}
    due_at = timezone.now() + timedelta(hours=settings.BINDERY_DUE_HOURS)
    new = [
        Escalation(
            run=step.run,
            step=step,
            item=item,
            rejection_type=rejection_type,
            retry_count=decision.retry_count,
            escalated_to=decision.escalation_target,
            reason=reason,
            due_at=due_at,
        )
        for item, decision in given_up.items()
        if item not in found
    ]
    made = Escalation.objects.bulk_create(new)
    return found | {escalation.item: escalation for escalation in made}


def pause(run: WorkflowRun, reason: str) -> None:
    """Pause a running run; one that is paused stays as it is."""
    if run.status == RunStatus.RUNNING:
        run.pause(pause_reason=PauseReason.ESCALATED, reason=reason)


@retrying
def acknowledge(escalation: Escalation, *, actor: str, key: str = "") -> dict[str, Any]:
    """Take it; again by the same actor is fine. Raises TakenByAnother, AlreadyResolved."""
    once = Once(actor, "escalation_acknowledge", key, {"escalation": escalation.pk})
    with moving(escalation.run_id, actor=actor) as run:
        mine = _held(run, escalation)
        return once.answer(lambda: _acknowledged(mine, actor))


def _acknowledged(escalation: Escalation, actor: str) -> dict[str, Any]:
    _refuse_resolved(escalation)
    if escalation.status == EscalationStatus.PENDING:
        escalation.acknowledge(by=actor)
    elif escalation.acknowledged_by != actor:
        raise TakenByAnother(
            f"{escalation.acknowledged_by} has escalation {escalation.pk} "
            f"since {escalation.acknowledged_at:%Y-%m-%d %H:%M} UTC"
        )
    return escalation.as_json()


@retrying
def resolve(escalation: Escalation, answer: Answer, *, actor: str, key: str = "") -> dict[str, Any]:
    """Decide what becomes of it, and do it; answers the escalation.

    A run that was paused for it goes on when no other is open. Raises AlreadyResolved, and
    InvalidInput for what the answer lacks.
    """
    answers.check(answer)
    arguments = {"escalation": escalation.pk, **vars(answer)}
    once = Once(actor, "escalation_resolve", key, arguments)
    with moving(escalation.run_id, actor=actor) as run:
        mine = _held(run, escalation)
        return once.answer(lambda: _resolved(mine, answer, actor))


def _resolved(escalation: Escalation, answer: Answer, actor: str) -> dict[str, Any]:
    _refuse_resolved(escalation)
    run = escalation.run
    escalation.resolve(action=answer.action, resolution=answer.resolution, by=actor)
    answers.ACTIONS[answer.action](escalation, answer, actor)
    _resume(run, answer.resolution)
    advance(run)
    return escalation.as_json()


def _resume(run: WorkflowRun, reason: str) -> None:
    """Go on, where nothing but escalations kept the run and none is left."""
    kept = run.status == RunStatus.PAUSED and run.pause_reason == PauseReason.ESCALATED
    if kept and not run.escalations.open().exists():
        run.resume(reason=reason)


def _held(run: WorkflowRun, escalation: Escalation) -> Escalation:
    """The escalation as it is now that the run is locked, with the very rows the door holds."""
    row = Escalation.objects.get(pk=escalation.pk)
    row.run = run
    row.step = held(run, row.step_id)
    return row


def _refuse_resolved(escalation: Escalation) -> None:
    if escalation.status == EscalationStatus.RESOLVED:
        by = f" by {escalation.resolved_by}" if escalation.resolved_by else ""
        raise AlreadyResolved(f"escalation {escalation.pk} is resolved ({escalation.action}){by}")
