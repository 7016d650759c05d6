"""What each answer to an escalation would do now. Asks who will do it; changes nothing."""

from typing import Any

from events.errors import CannotRoute
from events.escalations.answers import Answer, retried, sent_back_others, waiting_for
from events.models import Escalation, EscalationAction, RoutingRule
from events.router import Decision
from workflows.models import Step, WorkflowRun
from workflows.rework import made_moot, may_pass


def choices(escalation: Escalation) -> list[dict[str, Any]]:
    """One for each action a human may take; none where it is resolved."""
    if not escalation.is_open:
        return []
    waiting = waiting_for(escalation)
    retry, override = _retry(escalation, waiting), _override(escalation, waiting)
    return [retry, override, {"action": str(EscalationAction.ABORT)}]


def handlers(run: WorkflowRun) -> list[str]:
    """Agents that a retry may name, for a list to choose from; there may be others."""
    own = {run.agent_of(spec) for spec in run.definition.parsed.steps if spec.kind != "gate"}
    known = RoutingRule.objects.order_by().values_list("handler_agent", flat=True).distinct()
    return sorted(own | set(known))


def _retry(escalation: Escalation, waiting: list[Step]) -> dict[str, Any]:
    """`refused` says why the rules lead nowhere, so that `--to-step` is needed; null else."""
    told = {"action": str(EscalationAction.RETRY), "refused": None}
    try:
        sent = retried(escalation, Answer(EscalationAction.RETRY, ""), waiting)
    except CannotRoute as refusal:
        nowhere = {"handler_agent": None, "rework_step": None, "supersedes": 0}
        return {**told, **nowhere, "refused": str(refusal)}
    moot = {row.pk for step, decision in sent for row in _moot(step, decision, escalation.item)}
    _, first = sent[0]
    return {
        **told,
        "handler_agent": first.handler_agent,
        "rework_step": first.rework_step,
        "supersedes": len(moot),
    }


def _moot(step: Step, decision: Decision, item: str) -> list[Step]:
    to_step = decision.rework_step
    return [] if to_step == step.name else made_moot(step, items=[item], to_step=to_step)


def _override(escalation: Escalation, waiting: list[Step]) -> dict[str, Any]:
    """`completes` is whether every review that waits would be done with it."""
    done = [_would_pass(step, escalation.item) for step in waiting]
    return {
        "action": str(EscalationAction.OVERRIDE),
        "step": escalation.step_id,
        "name": escalation.step.name,
        "completes": all(done),
    }


def _would_pass(step: Step, item: str) -> bool:
    return may_pass(step) and not sent_back_others(step, item)
