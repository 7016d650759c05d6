"""The routing rules: what a sound one is, and the ways to make, change and delete one.

Who changes a rule changes what becomes of rejections to come; what was decided stays decided.
"""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from books.errors import nearest
from books.models import known_word
from events.errors import RuleExists, RuleRefused
from events.models import RejectionType, RoutingRule
from events.router import HUMAN
from workflows.definitions.definition import Definition
from workflows.definitions.sync import make_groups
from workflows.errors import UnknownThing
from workflows.models import Executor, WorkflowDefinition
from workflows.roster import bind, known_agents

MOST_RETRIES = 1000
LONGEST_NAME = 100
SAYS = (
    "rejection_type",
    "workflow_type",
    "step",
    "handler_agent",
    "rework_step",
    "max_retries",
    "escalation_target",
)


@dataclass(frozen=True)
class Rank:
    """What a rule is known by. Without a step it is for all of its workflow type, without that
    the default."""

    rejection_type: str
    workflow_type: str = ""
    step: str = ""

    def __str__(self) -> str:
        return str(RoutingRule(**vars(self)))


@dataclass(frozen=True)
class Change:
    """What a rule is to say. None keeps what it says, or takes the default of a new rule."""

    handler_agent: str | None = None
    rework_step: str | None = None
    max_retries: int | None = None
    escalation_target: str | None = None
    enabled: bool | None = None


def rank_of(rejection_type: str, workflow_type: str = "", step: str = "") -> Rank:
    """The rank in full words; the workflow type may be an alias. Raises Unknown, UnknownThing."""
    known_word("rejection type", rejection_type, RejectionType.values)
    _refuse_step_alone(workflow_type, step)
    return Rank(rejection_type, _full_type(workflow_type), step)


@transaction.atomic
def put(rank: Rank, change: Change) -> RoutingRule:
    """Make the rule of that rank, or change the one there is. May be repeated.

    Raises RuleRefused, Unknown or UnknownThing when it would not be sound.
    """
    list(RoutingRule.objects.at(**vars(rank)).select_for_update())  # nobody else changes it now
    try:
        return keep(drafted(rank, change))
    except RuleExists:
        return keep(drafted(rank, change))  # another process made it a moment ago


def make(rank: Rank, change: Change) -> RoutingRule:
    """Make the rule of that rank. Raises RuleExists where there is one, else as `put` does."""
    if found := RoutingRule.objects.at(**vars(rank)).first():
        raise _there_is(found)
    return keep(drafted(rank, change))


@transaction.atomic
def alter(pk: int | str, change: Change) -> RoutingRule:
    """Change the rule of that id. Raises UnknownThing where there is none, else as `put` does."""
    rule = RoutingRule.objects.select_for_update().numbered(pk)
    return keep(_changed(rule, change))


def drafted(rank: Rank, change: Change) -> RoutingRule:
    """The rule as `put` would save it."""
    rule = _changed(RoutingRule.objects.at(**vars(rank)).first() or _new(rank), change)
    if not rule.pk and change.handler_agent is None:
        _check_place(rule)
        raise RuleRefused(f"there is no rule for {rank} yet: a new one needs a handler")
    check(rule)
    return rule


@transaction.atomic
def keep(rule: RoutingRule) -> RoutingRule:
    """Save a rule with the group and the agent it newly names. Raises RuleExists where another is
    of its rank, else as `check` does."""
    check(rule)
    before = RoutingRule.objects.filter(pk=rule.pk).first()
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise _there_is(rule) from error
    if not before or before.escalation_target != rule.escalation_target:
        make_groups([rule.escalation_target])
    if not before or before.handler_agent != rule.handler_agent:
        _introduce(rule.handler_agent)
    return rule


def delete(rank: Rank) -> dict[str, Any]:
    """Delete the rule of that rank; answers what it said. Raises RuleRefused without one."""
    rule = RoutingRule.objects.at(**vars(rank)).first()
    if not rule:
        _check_place(RoutingRule(**vars(rank)))
        raise RuleRefused(f"there is no rule for {rank}; route_list shows those there are")
    return remove(rule)


def remove(rule: RoutingRule) -> dict[str, Any]:
    """Delete that rule; answers what it said. Raises UnknownThing where another just did."""
    said = rule.as_json()
    if not rule.delete()[0]:
        raise UnknownThing(f"another has just deleted the rule for {rule}")
    return {**said, "deleted": True}


def check(rule: RoutingRule) -> None:
    """Raises RuleRefused, Unknown or UnknownThing, one line saying what would be right.

    A rule that is only switched off need not be sound: its workflow may have changed since.
    """
    if _only_switched_off(rule):
        return
    definition = _check_place(rule)
    _check_name("handler", rule.handler_agent)
    _check_name("escalation target", rule.escalation_target)
    if not 1 <= rule.max_retries <= MOST_RETRIES:
        raise RuleRefused(f"max_retries is {rule.max_retries}, not from 1 to {MOST_RETRIES}")
    if rule.rework_step:
        _check_rework(rule, definition)


def _full_type(word: str) -> str:
    """A rule may outlive its workflow type; then it is still known by it."""
    try:
        return WorkflowDefinition.objects.named(word).type if word else ""
    except UnknownThing:
        if RoutingRule.objects.filter(workflow_type=word).exists():
            return word
        raise


def _refuse_step_alone(workflow_type: str, step: str) -> None:
    if step and not workflow_type:
        raise RuleRefused(f"several workflows may have a step {step}: name the workflow type too")


def _new(rank: Rank) -> RoutingRule:
    default = RoutingRule.objects.at(rank.rejection_type, "", "").first()
    target = default.escalation_target if default else HUMAN
    return RoutingRule(**vars(rank), escalation_target=target)


def _changed(rule: RoutingRule, change: Change) -> RoutingRule:
    for name, said in vars(change).items():
        if said is not None:
            setattr(rule, name, said)
    return rule


def _there_is(rule: RoutingRule) -> RuleExists:
    return RuleExists(f"there is a rule for {rule} already")


def _only_switched_off(rule: RoutingRule) -> bool:
    said = {name: getattr(rule, name) for name in SAYS}
    return not rule.enabled and RoutingRule.objects.filter(pk=rule.pk, **said).exists()


def _check_place(rule: RoutingRule) -> Definition | None:
    """The definition whose rejections it is for, None for all. Raises unless they can happen."""
    known_word("rejection type", rule.rejection_type, RejectionType.values)
    _refuse_step_alone(rule.workflow_type, rule.step)
    if not rule.workflow_type:
        return None
    definition = WorkflowDefinition.objects.named(rule.workflow_type).parsed
    judging(definition, rule.step)
    return definition


def judging(definition: Definition, step: str = "") -> list[str]:
    """The step of that name, or all, that can send work back. Raises RuleRefused, UnknownThing."""
    names = [spec.name for spec in definition.steps if spec.judges]
    if not names:
        raise RuleRefused(f"{definition.type} has no review or gate: nothing in it rejects")
    if not step:
        return names
    if not definition.step(step).judges:
        listed = ", ".join(names)
        raise RuleRefused(
            f"{step} of {definition.type} rejects nothing; reviews and gates: {listed}"
        )
    return [step]


def _check_name(what: str, name: str) -> None:
    """Of an agent, or of a group."""
    plain = name and name == name.strip() and name.isprintable()
    if not plain or len(name) > LONGEST_NAME:
        raise RuleRefused(f"the {what} is not one line of 1 to {LONGEST_NAME} characters")


def _check_rework(rule: RoutingRule, definition: Definition | None) -> None:
    wanted = rule.rework_step
    if not definition:
        if wanted not in (known := work_steps()):
            raise RuleRefused(f"{wanted} is a work step of no workflow{nearest(wanted, known)}")
        return
    makers = {
        name: [spec.name for spec in definition.work_upstream_of(name)]
        for name in judging(definition, rule.step)
    }
    stray = [name for name, before in makers.items() if wanted not in before]
    if stray:
        here = nearest(wanted, {name for before in makers.values() for name in before})
        advice = "; a rule for one step alone may name it: --step"
        hint = here if len(stray) == len(makers) else advice
        raise RuleRefused(f"{wanted} is no work step upstream of {stray[0]}{hint}")


def work_steps() -> set[str]:
    """Every step of the newest definitions that can be reworked."""
    specs = WorkflowDefinition.objects.newest().every_step()
    return {spec.name for spec in specs if not spec.judges}


def _introduce(agent: str) -> None:
    """A binding for an agent that nothing knows yet, so that claims in its name are taken."""
    try:
        known_agents([agent])
    except UnknownThing:
        bind(agent, Executor.EXTERNAL)
