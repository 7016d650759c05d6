"""Where what a gate sends back would go, for each type and each step that can be named."""

from collections.abc import Sequence
from dataclasses import dataclass

from events.cases import case_at
from events.errors import CannotRoute
from events.models import RejectionType, RoutingRule
from events.router import decide, refuse_unmendable
from workflows.models import Step

BY_RULES = ""


@dataclass(frozen=True)
class Way:
    """To `agent` at `step`; `per_chapter` where the chapters have to be named. Where there is no
    way `why_not` says so, and the others are empty."""

    rejection_type: str
    named: str
    agent: str = ""
    step: str = ""
    per_chapter: bool = False
    why_not: str = ""


@dataclass(frozen=True)
class Ways:
    """`steps` are those that a human may name."""

    steps: Sequence[str]
    found: Sequence[Way]

    def of(self, rejection_type: str, named: str = BY_RULES) -> Way | None:
        asked = (rejection_type, named)
        return next((one for one in self.found if (one.rejection_type, one.named) == asked), None)

    @property
    def by_rules(self) -> Sequence[Way]:
        return [one for one in self.found if one.named == BY_RULES]

    @property
    def per_chapter(self) -> bool:
        return any(one.per_chapter for one in self.found)


def ways_from(step: Step) -> Ways:
    """By the rules and the book's own settings as they are now; one query, besides those."""
    rules = list(RoutingRule.objects.for_step(step))
    steps = [spec.name for spec in step.run.definition.parsed.work_upstream_of(step.name)]
    found = [
        _way(step, rejection_type, named, rules)
        for rejection_type in RejectionType.values
        for named in (BY_RULES, *steps)
    ]
    return Ways(steps, found)


def _way(step: Step, rejection_type: str, named: str, rules: Sequence[RoutingRule]) -> Way:
    case = case_at(step, rejection_type, to_step=named)
    try:
        decision = decide(case, rules)
        refuse_unmendable(case, decision)
    except CannotRoute as refusal:
        return Way(rejection_type, named, why_not=str(refusal))
    spec = step.run.definition.parsed.step(decision.rework_step)
    agent = decision.handler_agent or step.run.agent_of(spec)
    return Way(rejection_type, named, agent, spec.name, spec.foreach)
