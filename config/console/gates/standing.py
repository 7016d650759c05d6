"""Whether whoever is there may decide a gate now, and what is said where not."""

from dataclasses import dataclass
from datetime import datetime

from events.models import Event
from workflows import gates
from workflows.callers import Caller, members_of
from workflows.errors import NotAllowed, SelfApproval
from workflows.matter import DECIDED, workers
from workflows.models import RunStatus, Step, StepStatus

DONE = {
    "approve": "approved it",
    "request_changes": "requested changes",
    "reject": "rejected it and ended the run",
}
MOST_NAMED = 10


@dataclass(frozen=True)
class Made:
    """A decision that was made."""

    by: str
    at: datetime | None
    what: str
    reason: str
    rejection_type: str


@dataclass(frozen=True)
class Standing:
    """`why_not` is empty where this caller may decide. `waits_for` are users who may.

    `next` is a later attempt at the same gate.
    """

    why_not: str = ""
    made: Made | None = None
    waits_for: tuple[str, ...] = ()
    next: Step | None = None
    ended: bool = False

    @property
    def waits(self) -> bool:
        return not self.made and not self.ended

    @property
    def may(self) -> bool:
        return not self.why_not and not self.made

    @property
    def next_waits(self) -> bool:
        return bool(self.next and self.next.status == StepStatus.AWAITING_DECISION)


def standing_of(step: Step, caller: Caller) -> Standing:
    """Of a gate; for one that waits so many queries as it takes to name others."""
    latest = step.run.progress.latest(step.name)
    later = latest if latest and latest.pk != step.pk else None
    if step.status != StepStatus.AWAITING_DECISION:
        return Standing(_ended(step), _made(step), next=later, ended=True)
    if step.run.status != RunStatus.RUNNING:
        return Standing(_resting(step))
    try:
        caller.refuse_decision(gates.role_of(step))
        gates.refuse_author(step.run, caller.name)
    except NotAllowed as refusal:
        return Standing(str(refusal), waits_for=_others(step, caller))
    except SelfApproval as refusal:
        did = str(refusal).partition(";")[0].removeprefix(caller.name)
        return Standing(f"You{did}: another must decide.", waits_for=_others(step, caller))
    return Standing()


def _ended(step: Step) -> str:
    """Why nobody decides it any more; empty where it was decided."""
    run = step.run
    if step.status == StepStatus.CANCELLED:
        why = f": {run.reason}" if run.reason else ""
        return f"Run {run} ended first, as {run.outcome}{why}."
    if step.status == StepStatus.SUPERSEDED and not step.worker:
        return "What it judged was made again before anybody decided it."
    if step.status == StepStatus.SUPERSEDED:
        return "It was decided, and then what it judged was made again."
    return ""


def _made(step: Step) -> Made | None:
    if step.status not in (*DECIDED, StepStatus.SUPERSEDED):
        return None
    if not (event := Event.objects.deciding(step.reused_from or step).last()):
        return None
    told = event.payload
    return Made(
        by=event.actor,
        at=event.created_at,
        what=DONE.get(told.get("decision", ""), "decided it"),
        reason=told.get("reason", ""),
        rejection_type=told.get("rejection_type", ""),
    )


def _resting(step: Step) -> str:
    run = step.run
    why = f": {run.reason}" if run.reason else ""
    by = f" ({run.pause_reason})" if run.pause_reason else ""
    return f"Run {run} is {run.status}{by}{why}. Its gates are decided while it runs."


def _others(step: Step, caller: Caller) -> tuple[str, ...]:
    """Members of the role who did none of the work that stands, and so may decide."""
    did = {name for names in workers(step.run).values() for name in names}
    named = members_of(step.agent, MOST_NAMED + len(did))
    return tuple(name for name in named if name not in {*did, caller.name})[:MOST_NAMED]
