"""Where a rejection would go, and why. Does nothing."""

from dataclasses import dataclass, replace
from typing import Any

from books.errors import unknown
from events.cases import case_in, case_of
from events.errors import RuleRefused
from events.models import Rejection, RoutingRule
from events.router import Case, Decision, decide, most_specific, refuse_unmendable
from events.rules.changing import Change, Rank, drafted, judging, rank_of
from workflows.definitions.definition import Definition, StepSpec
from workflows.errors import InvalidInput
from workflows.models import WorkflowDefinition, WorkflowRun


@dataclass(frozen=True)
class Question:
    """A rejection that might be; with `tried`, were the rule of that rank set so.

    The rank is what `workflow_type` and `step` name. `retry_count` is this rejection's, from 1;
    None takes the next there would be. `at` is the step of the rejection, where the rank is wider.
    """

    rejection_type: str
    workflow_type: str = ""
    step: str = ""
    retry_count: int | None = None
    tried: Change | None = None
    at: str = ""

    @property
    def rejecting(self) -> str:
        """The step of the rejection; empty where none is named. Raises RuleRefused."""
        if self.at and self.step not in ("", self.at):
            raise RuleRefused(f"that rule is for {self.step} alone, not for {self.at}")
        return self.at or self.step


@dataclass(frozen=True)
class Rules:
    """The enabled rules of one rejection type, one of them perhaps only tried."""

    rows: list[RoutingRule]
    tried: RoutingRule | None = None

    def decide(self, case: Case) -> Decision:
        """Raises CannotRoute where the rejection itself would be refused."""
        decision = decide(case, self.rows)
        refuse_unmendable(case, decision)
        if self.tried and most_specific(case, self.rows) is self.tried:
            return replace(decision, why=f"were it set, {decision.why}")
        return decision


def rules_for(rank: Rank, tried: Change | None) -> Rules:
    """The rules there are, with the one of that rank as tried. Raises as `changing.put` does."""
    rows = list(RoutingRule.objects.enabled().filter(rejection_type=rank.rejection_type))
    if tried is None:
        return Rules(rows)
    rule = drafted(rank, replace(tried, enabled=True))
    place = (rank.workflow_type, rank.step)
    others = [row for row in rows if (row.workflow_type, row.step) != place]
    return Rules([*others, rule], rule)


def explain(question: Question) -> dict[str, Any]:
    """By the rules alone: any book, no run. Without a step, at the first of the newest
    definition that can reject; without a workflow type, whatever the step."""
    rank = rank_of(question.rejection_type, question.workflow_type, question.step)
    rules = rules_for(rank, question.tried)
    count = _count(question, 1)
    if not rank.workflow_type:
        if question.at:
            raise RuleRefused(f"several workflows may have a step {question.at}: name a run too")
        return told(rules.decide(Case("", "", rank.rejection_type, count)))
    definition = WorkflowDefinition.objects.named(rank.workflow_type).parsed
    step = question.rejecting or _first(definition)
    judging(definition, step)
    case = case_of(
        definition,
        step,
        rank.rejection_type,
        retry_count=count,
        agent_of=_by_definition,
        limits={},
    )
    found = "" if question.rejecting else f"at {step}, the first that can reject: "
    return told(rules.decide(case), found)


def explain_in(run: WorkflowRun, question: Question, *, item: str = "") -> dict[str, Any]:
    """By a run's own definition, agents, limits and rejections so far.

    Without a step, at the one it stands at or the next that can reject. Raises InvalidInput,
    or Unknown, where an item is missing or out of place.
    """
    rank = _rank_in(run, question)
    rules = rules_for(rank, question.tried)
    definition = run.definition.parsed
    step = question.rejecting or _next(run, definition)
    judging(definition, step)
    case = case_in(run, step, rank.rejection_type)
    target = rules.decide(case).rework_step
    note = _about(run, definition.step(step), definition.step(target) if target else None, item)
    counts = Rejection.objects.counts(run, [item], rank.rejection_type)
    case = replace(case, retry_count=_count(question, 1 + counts.get(item, 0)))
    note = "" if question.retry_count else note
    return told(rules.decide(case), f"at {step}{note}: ")


def told(decision: Decision, before: str = "") -> dict[str, Any]:
    """The decision as JSON; what is not known is null."""
    said = {name: None if value == "" else value for name, value in vars(decision).items()}
    return {**said, "why": before + decision.why}


def _count(question: Question, count: int) -> int:
    count = count if question.retry_count is None else question.retry_count
    if count < 1:
        raise InvalidInput(f"retry_count is {count}; that of the first rejection is 1")
    return count


def _by_definition(spec: StepSpec) -> str:
    return spec.agent


def _first(definition: Definition) -> str:
    """A review where there is one."""
    names = judging(definition)
    return next((name for name in names if definition.step(name).kind == "review"), names[0])


def _rank_in(run: WorkflowRun, question: Question) -> Rank:
    """A step named with a run is one of its workflow."""
    named = question.workflow_type or (run.workflow_type if question.step else "")
    step = question.step if question.tried else ""
    rank = rank_of(question.rejection_type, named, step)
    if rank.workflow_type not in ("", run.workflow_type):
        raise RuleRefused(f"run {run} is of {run.workflow_type}, not of {rank.workflow_type}")
    return rank


def _next(run: WorkflowRun, definition: Definition) -> str:
    """The step a run stands at, or the first after it that can reject."""
    here = run.current_step
    ahead = [definition.step(here), *definition.downstream_of(here)] if here else []
    if found := next((spec.name for spec in ahead if spec.judges), ""):
        return found
    where = f"after {here}" if here else f"in run {run}, which is {run.status},"
    raise InvalidInput(
        f"nothing {where} rejects any more: name a step out of {', '.join(judging(definition))}"
    )


def _about(run: WorkflowRun, step: StepSpec, target: StepSpec | None, item: str) -> str:
    """A remark on what the count is about. Raises unless the step could reject that item."""
    per_chapter = step.foreach or bool(target and target.foreach)
    if item and not per_chapter:
        raise InvalidInput(f"{step.name} sends back no chapters: name no item")
    scope = run.progress.chapters if per_chapter else ()
    if item and item not in scope:
        raise unknown("chapter in scope", item, scope)
    if step.foreach and not item:
        listed = ", ".join(scope[:10])
        raise InvalidInput(f"{step.name} rejects chapter by chapter: name one with item: {listed}")
    return "" if item or not per_chapter else " (a chapter not sent back for that before)"
