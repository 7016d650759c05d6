"""Following a rejection: recorded, counted, then sent to who can mend it, or to a human."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from artifacts.models import ArtifactType
from books.errors import nearest
from events.emitter import record
from events.errors import CannotRoute
from events.models import Escalation, EventType, Rejection, RejectionType, RoutingRule
from events.router import Case, Decision, Maker, decide
from workflows.definitions.definition import StepSpec
from workflows.models import PauseReason, RunStatus, Step, StepKind
from workflows.rework import rework


def follow(step: Step, payload: dict[str, Any], *, about: dict[str, Any], actor: str) -> None:
    """Record what a review or gate sent back and see each item on its way.

    Raises CannotRoute for an unknown type, or without the items where they are needed.
    """
    rejection_type = payload["rejection_type"]
    if rejection_type not in RejectionType.values:
        hint = nearest(rejection_type, RejectionType.values)
        raise CannotRoute(f'no rejection type "{rejection_type}"{hint}')
    rules = list(RoutingRule.objects.filter(enabled=True))
    case = _case(step, payload)
    first = decide(case, rules)
    if not first.rework_step and not first.escalate:
        raise CannotRoute(f"nothing upstream of {step.name} can mend it: reject, or approve")
    items = _items(step, payload["items"], first.rework_step)
    told = {"decision": "reject", **about, **payload, "items": [item or None for item in items]}
    event = record(step.run, EventType.REJECTED, actor=actor, step=step, payload=told)
    for item in items:
        rejection = Rejection.objects.create(
            run=step.run,
            step=step,
            event=event,
            item=item,
            rejecting_agent=step.agent,
            rejection_type=rejection_type,
            reason=payload["reason"],
            passages=payload["passages"],
            retry_count=1 + _earlier(step, item, rejection_type),
        )
        mine = replace(case, retry_count=rejection.retry_count)
        _send(rejection, decide(mine, rules), actor=actor)


def _send(rejection: Rejection, decision: Decision, *, actor: str) -> None:
    if decision.escalate:
        _escalate(rejection, decision, actor=actor)
    else:
        _route(rejection, decision, actor=actor)


def _route(rejection: Rejection, decision: Decision, *, actor: str) -> None:
    step, run = rejection.step, rejection.run
    rejection.handler_agent = decision.handler_agent
    rejection.save(update_fields=["handler_agent"])
    done = rework(
        step,
        item=rejection.item,
        to_step=decision.rework_step,
        agent=decision.handler_agent,
        feedback=list(_open_for(rejection)),
    )
    payload = {
        **_told(rejection, decision),
        "attempts": [
            {"step": new.pk, "item": new.item or None, "attempt": new.attempt}
            for new in done.attempts
        ],
        "superseded": done.superseded,
    }
    record(run, EventType.ROUTED, actor=actor, step=step, payload=payload)


def _escalate(rejection: Rejection, decision: Decision, *, actor: str) -> None:
    step, run = rejection.step, rejection.run
    same = {"run": run, "item": rejection.item, "rejection_type": rejection.rejection_type}
    escalation = Escalation.objects.open().filter(**same).first() or Escalation.objects.create(
        **same,
        step=step,
        retry_count=rejection.retry_count,
        escalated_to=decision.escalation_target,
        reason=rejection.reason,
        due_at=timezone.now() + timedelta(hours=settings.BINDERY_DUE_HOURS),
    )
    payload = {**_told(rejection, decision), "escalation": escalation.pk}
    record(run, EventType.ESCALATED, actor=actor, step=step, payload=payload)
    if run.status == RunStatus.RUNNING:
        run.pause(pause_reason=PauseReason.ESCALATED, reason=rejection.reason)


def _told(rejection: Rejection, decision: Decision) -> dict[str, Any]:
    return {"rejection": rejection.pk, "item": rejection.item or None, **vars(decision)}


def _open_for(rejection: Rejection) -> list[int]:
    bearing = rejection.run.rejections.open()
    if rejection.item:
        bearing = bearing.for_item(rejection.item)
    return list(bearing.values_list("pk", flat=True))


def _earlier(step: Step, item: str, rejection_type: str) -> int:
    return step.run.rejections.filter(item=item, rejection_type=rejection_type).count()


def _case(step: Step, payload: dict[str, Any]) -> Case:
    """The facts of a first rejection of that type."""
    run, definition = step.run, step.run.definition.parsed
    target = definition.rework_target(step.name)
    return Case(
        workflow_type=run.workflow_type,
        step=step.name,
        rejection_type=payload["rejection_type"],
        retry_count=1,
        nearest=target.name if target else "",
        makers={
            spec.name: Maker(run.agent_of(spec), ArtifactType.CHAPTER in spec.made)
            for spec in definition.steps
        },
        at_gate=step.kind == StepKind.GATE,
        to_step=payload.get("to_step", ""),
        book_max_retries=run.overrides.get("max_retries", {}),
    )


def _items(step: Step, named: list[str], rework_step: str) -> list[str]:
    """The items a rejection is about: one Rejection each."""
    if step.item:
        return [step.item]
    target: StepSpec | None = None
    if rework_step:
        target = step.run.definition.parsed.step(rework_step)
    if not target or not target.foreach:
        return [""]
    scope = step.run.progress.chapters
    if not named:
        raise CannotRoute(
            f"{step.name} judged all chapters: name those to rework with items, or all"
        )
    items = list(scope) if list(named) == ["all"] else list(dict.fromkeys(named))
    for item in items:
        if item not in scope:
            raise CannotRoute(f'no chapter "{item}" in scope{nearest(item, scope)}')
    return items
