"""Following a rejection: recorded, counted, then sent to who can mend it, or to a human."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from books.errors import nearest
from events.cases import case_at
from events.emitter import News, record, record_all
from events.errors import CannotRoute
from events.escalations import escalating
from events.models import Event, EventType, Rejection, RejectionType, RoutingRule
from events.router import Decision, decide, refuse_unmendable
from workflows.models import Step
from workflows.rework import Reworked, rework


@dataclass(frozen=True)
class Sent:
    """One item that was sent back, and where it goes."""

    rejection: Rejection
    decision: Decision

    def told(self, **more: Any) -> dict[str, Any]:
        """The payload of its event."""
        item = self.rejection.item or None
        return {"rejection": self.rejection.pk, "item": item, **vars(self.decision), **more}


def follow(step: Step, payload: dict[str, Any], *, about: dict[str, Any], actor: str) -> None:
    """Record what a review or gate sent back and see each item on its way.

    So many statements whatever the number of items, rejections and rules. Raises CannotRoute
    for an unknown type, where nothing can mend it, or without the items where they are needed.
    """
    rejection_type = known_type(payload["rejection_type"])
    rules = list(RoutingRule.objects.for_rejection(step, rejection_type))
    case = case_at(step, rejection_type, to_step=payload.get("to_step", ""))
    first = decide(case, rules)
    refuse_unmendable(case, first)
    items = _items(step, payload["items"], first.rework_step)
    told = {"decision": "reject", **about, **payload, "items": [item or None for item in items]}
    event = record(step.run, News(EventType.REJECTED, step, told), actor=actor)
    counts = Rejection.objects.counts(step.run, items, rejection_type)
    decisions = {
        item: decide(replace(case, retry_count=1 + counts.get(item, 0)), rules) for item in items
    }
    sent = _recorded(step, event, payload, decisions)
    _send(step, sent, actor=actor)


def known_type(word: str) -> str:
    """A rejection type. Raises CannotRoute with the nearest right one."""
    if word not in RejectionType.values:
        raise CannotRoute(f'no rejection type "{word}"{nearest(word, RejectionType.values)}')
    return word


def _recorded(
    step: Step, event: Event, payload: dict[str, Any], decisions: Mapping[str, Decision]
) -> list[Sent]:
    """One Rejection for each item; those that escalate with the escalation they open or join."""
    given_up = {item: one for item, one in decisions.items() if one.escalate}
    escalations = escalating.opened_for(step, payload["reason"], given_up)
    rows = [
        Rejection(
            run=step.run,
            step=step,
            event=event,
            escalation=escalations.get(item),
            item=item,
            rejecting_agent=step.agent,
            rejection_type=decision.rejection_type,
            reason=payload["reason"],
            passages=payload["passages"],
            retry_count=decision.retry_count,
            handler_agent="" if decision.escalate else decision.handler_agent,
        )
        for item, decision in decisions.items()
    ]
    made = Rejection.objects.bulk_create(rows)
    return [Sent(row, decisions[row.item]) for row in made]


def _send(step: Step, sent: Sequence[Sent], *, actor: str) -> None:
    """Rework what is routed, then tell of each item in turn; the first that escalates pauses the
    run."""
    routed = [one.rejection.item for one in sent if not one.decision.escalate]
    done = _reworked(step, routed, sent[0].decision)
    news = [_news(one, done, routed) for one in sent]
    escalated = (place for place, one in enumerate(sent, start=1) if one.decision.escalate)
    upto = next(escalated, len(sent))
    record_all(step.run, news[:upto], actor=actor)
    if sent[upto - 1].decision.escalate:
        escalating.pause(step.run, sent[upto - 1].rejection.reason)
    record_all(step.run, news[upto:], actor=actor)


def _reworked(step: Step, items: Sequence[str], decision: Decision) -> Reworked:
    if not items:
        return Reworked([], [])
    return rework(
        step,
        items=items,
        to_step=decision.rework_step,
        agent=decision.handler_agent,
        feedback=Rejection.objects.bearing_on(step.run, items),
    )


def _news(one: Sent, done: Reworked, routed: Sequence[str]) -> News:
    step, item = one.rejection.step, one.rejection.item
    if one.decision.escalate:
        told = one.told(escalation=one.rejection.escalation_id)
        return News(EventType.ESCALATED, step, told)
    return News(EventType.ROUTED, step, one.told(**done.about(item, routed)))


def _items(step: Step, named: Sequence[str], rework_step: str) -> list[str]:
    """The items a rejection is about: one Rejection each."""
    if step.item:
        return [step.item]
    target = step.run.definition.parsed.step(rework_step) if rework_step else None
    if not target or not target.foreach:
        if named:
            what = (
                f"{rework_step} is not done" if rework_step else f"{step.name} sends nothing back"
            )
            raise CannotRoute(f"{what} chapter by chapter: name no items")
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
