"""Where a rejection goes: a pure decision over rules. Acts on nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from books.errors import nearest
from events.errors import CannotRoute

DEFAULT_MAX_RETRIES = 3
HUMAN = "human-reviewer"


class Rule(Protocol):
    """What the decision reads of a RoutingRule."""

    pk: int
    workflow_type: str
    step: str
    rejection_type: str
    handler_agent: str
    rework_step: str
    max_retries: int
    escalation_target: str
    enabled: bool


@dataclass(frozen=True)
class Maker:
    """A step that can be reworked: who does it, and whether it makes a chapter."""

    agent: str
    makes_chapter: bool


@dataclass(frozen=True)
class Case:
    """One rejection as the router sees it.

    `retry_count` is this rejection's, from 1. `nearest` is the work step upstream that makes
    what was rejected (empty: there is none), `makers` the work steps upstream by name. Where a
    human has decided, perhaps also where to (`to_step`), it is never escalated. Of a case
    without a `step` it is not known what lies upstream.
    """

    workflow_type: str
    step: str
    rejection_type: str
    retry_count: int
    nearest: str = ""
    makers: Mapping[str, Maker] = field(default_factory=dict)
    by_human: bool = False
    to_step: str = ""
    book_max_retries: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """Rework by `handler_agent` at `rework_step`, or `escalate` to `escalation_target`."""

    rejection_type: str
    handler_agent: str
    rework_step: str
    escalate: bool
    escalation_target: str
    retry_count: int
    max_retries: int
    rule: int | None
    why: str


def decide(case: Case, rules: Iterable[Rule]) -> Decision:
    """Most specific enabled rule first: workflow type and step, then type, then default.

    Raises CannotRoute when that rule, or the human, sends it to what is no work step upstream.
    """
    rule = most_specific(case, rules)
    limit = case.book_max_retries.get(
        case.rejection_type, rule.max_retries if rule else DEFAULT_MAX_RETRIES
    )
    to_step = _rework_step(case, rule)
    stranded = bool(case.step) and not to_step
    escalate = not case.by_human and (case.retry_count >= limit or stranded)
    return Decision(
        rejection_type=case.rejection_type,
        handler_agent="" if stranded else _handler(case, rule, to_step),
        rework_step=to_step,
        escalate=escalate,
        escalation_target=rule.escalation_target if rule else HUMAN,
        retry_count=case.retry_count,
        max_retries=limit,
        rule=rule.pk if rule else None,
        why=_why(case, rule, limit, to_step, escalate=escalate),
    )


def refuse_unmendable(case: Case, decision: Decision) -> None:
    """Raises CannotRoute where a human sends back what nothing upstream can mend."""
    if case.step and not decision.rework_step and not decision.escalate:
        raise CannotRoute(f"nothing upstream of {case.step} can mend it: reject, or approve")


def most_specific(case: Case, rules: Iterable[Rule]) -> Rule | None:
    """The rule for this step of this type, else for this type, else the default."""
    fitting = [
        rule
        for rule in rules
        if rule.enabled
        and rule.rejection_type == case.rejection_type
        and rule.workflow_type in ("", case.workflow_type)
        and rule.step in ("", case.step)
    ]
    return max(fitting, key=lambda rule: (bool(rule.step), bool(rule.workflow_type)), default=None)


def _rework_step(case: Case, rule: Rule | None) -> str:
    """The step asked for, else the rule's, else the nearest. A default rule's holds where there
    is such a step."""
    wanted = case.to_step or (rule.rework_step if rule else "")
    if not wanted or not case.step or wanted in case.makers:
        return wanted or case.nearest
    if not case.to_step and rule and not rule.workflow_type:
        return case.nearest
    whose = f" ({_named(rule)})" if rule and not case.to_step else ""
    hint = nearest(wanted, case.makers)
    raise CannotRoute(f"{wanted}{whose} is no work step upstream of {case.step}{hint}")


def _handler(case: Case, rule: Rule | None, to_step: str) -> str:
    """A default rule's handler takes over only what makes a chapter; so does any, at a step that a
    human named and not the rule."""
    maker = case.makers.get(to_step)
    meant = rule and rule.workflow_type and to_step == (rule.rework_step or case.nearest)
    if rule and (meant or not maker or maker.makes_chapter):
        return rule.handler_agent
    return maker.agent if maker else ""


def _why(case: Case, rule: Rule | None, limit: int, to_step: str, *, escalate: bool) -> str:
    by = _named(rule)
    if case.rejection_type in case.book_max_retries:
        by = f"{by}, the book's own limit"
    if not escalate:
        back = f"back to {to_step}" if to_step else "back to who made it"
        return f"{by}: rejection {case.retry_count} of {limit}, {back}"
    if case.step and not to_step:
        return f"{by}: nothing upstream of {case.step} to rework"
    return f"{by}: rejection {case.retry_count} reaches the limit of {limit}"


def _named(rule: Rule | None) -> str:
    """A rule that is only tried has no number."""
    if not rule:
        return "no rule"
    return f"rule {rule.pk}" if rule.pk else "the new rule"
