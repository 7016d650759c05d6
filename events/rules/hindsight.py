"""What today's rules would have made of the rejections there were. Does nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db.models import BooleanField, CharField, Count, ExpressionWrapper, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from books.models import Book, BookWorkflowConfig, known_word
from events.cases import case_of
from events.errors import CannotRoute
from events.models import Rejection
from events.router import Case
from events.rules.changing import Rank, rank_of
from events.rules.explaining import Question, Rules, rules_for
from workflows.definitions.definition import Definition, StepSpec
from workflows.models import StepKind, WorkflowDefinition

NOT_NAMED = Value("", output_field=CharField())
NAMED = Coalesce(KeyTextTransform("to_step", "event__payload"), NOT_NAMED, output_field=CharField())
ESCALATED = ExpressionWrapper(Q(escalation__isnull=False), output_field=BooleanField())


class Past(NamedTuple):
    """Rejections that the router cannot tell apart, how each went, and their number.

    `handler` is empty where they were escalated; `to_step` is what a human named.
    """

    definition: int
    book: int
    step: str
    retry_count: int
    to_step: str
    handler: str
    escalated: bool
    number: int


@dataclass
class Tally:
    """What has been decided anew, counted."""

    total: int = 0
    escalated: int = 0
    refused: int = 0
    changed: int = 0
    by_handler: Counter[str] = field(default_factory=Counter)
    by_step: Counter[str] = field(default_factory=Counter)

    def add(self, past: Past, rules: Rules, case: Case) -> None:
        self.total += past.number
        try:
            now = rules.decide(case)
        except CannotRoute:
            self.refused += past.number
            self.changed += past.number
            return
        if now.escalate:
            self.escalated += past.number
        else:
            self.by_handler[now.handler_agent] += past.number
            self.by_step[now.rework_step] += past.number
        goes_to = "" if now.escalate else now.handler_agent
        if (goes_to, now.escalate) != (past.handler, past.escalated):
            self.changed += past.number

    def as_json(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "escalated": self.escalated,
            "refused": self.refused,
            "by_handler": most_first(self.by_handler),
            "by_step": most_first(self.by_step),
            "changed": self.changed,
            "why": self.why,
        }

    @property
    def why(self) -> str:
        if not self.total:
            return "no such rejection has been recorded"
        ways = [(count, agent) for agent, count in most_first(self.by_handler).items()]
        ways += [(self.escalated, "a human"), (self.refused, "nobody")]
        (count, first), *others = [(count, way) for count, way in ways if count]
        more = "".join(f", {count} to {way}" for count, way in others)
        return (
            f"with these rules {count} of {self.total} would have gone to {first}{more}; "
            f"{self.changed} otherwise than they did"
        )


def most_first(counts: Counter[str]) -> dict[str, int]:
    """Equal counts by name."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def review(question: Question, *, book: str = "") -> dict[str, Any]:
    """Decide the past rejections of one type anew: all, or those of a workflow type, step, book.

    By the definition each run had, and by rules, agents and limits as they are now. So many
    queries whatever the number of rejections. Raises Unknown, UnknownThing, RuleRefused.
    """
    rank = _rank(question)
    rules = rules_for(rank, question.tried)
    about = _rejections(rank.rejection_type, rank.workflow_type, question.rejecting, book)
    tally = Tally()
    for past, case in _cases(list(_grouped(about)), rank.rejection_type):
        tally.add(past, rules, case)
    return {"rejection_type": rank.rejection_type, **tally.as_json()}


def _rank(question: Question) -> Rank:
    """A step alone tells which rejections are meant, but is no rank to try a rule at."""
    step = question.step if question.tried or question.workflow_type else ""
    return rank_of(question.rejection_type, question.workflow_type, step)


def _rejections(
    rejection_type: str, workflow_type: str, step: str, book: str
) -> QuerySet[Rejection]:
    about = Rejection.objects.filter(rejection_type=rejection_type)
    if workflow_type:
        about = about.filter(run__definition__type=workflow_type)
    if step:
        known = {spec.name for spec in WorkflowDefinition.objects.all().every_step()}
        about = about.filter(step__name=known_word("step", step, known))
    return about.filter(run__book=Book.objects.named(book)) if book else about


def _grouped(about: QuerySet[Rejection]) -> Iterator[Past]:
    """Counted in the database: no text is read, and only of gates what the event tells."""
    at_a_gate = Q(step__kind=StepKind.GATE)
    keys = ("run__definition", "run__book", "step__name", "retry_count", "to_step")
    for some, to_step in ((about.filter(~at_a_gate), NOT_NAMED), (about.filter(at_a_gate), NAMED)):
        rows = some.order_by().annotate(to_step=to_step, escalated=ESCALATED)
        found = rows.values_list(*keys, "handler_agent", "escalated").annotate(number=Count("pk"))
        yield from (Past(*row) for row in found)


def _cases(pasts: list[Past], rejection_type: str) -> Iterable[tuple[Past, Case]]:
    definitions = {
        pk: row.parsed
        for pk, row in WorkflowDefinition.objects.in_bulk({one.definition for one in pasts}).items()
    }
    configs = {
        (book, workflow_type): config
        for book, workflow_type, config in BookWorkflowConfig.objects.values_list(
            "book", "workflow_type", "config"
        )
    }
    seen: dict[tuple[int, int, str], Case] = {}
    for past in pasts:
        key = (past.definition, past.book, past.step)
        if key not in seen:
            definition = definitions[past.definition]
            config = configs.get((past.book, definition.type), {})
            seen[key] = _case(definition, past.step, rejection_type, config)
        yield past, replace(seen[key], retry_count=past.retry_count, to_step=past.to_step)


def _case(
    definition: Definition, step: str, rejection_type: str, config: Mapping[str, Any]
) -> Case:
    agents: Mapping[str, str] = config.get("agents", {})

    def agent_of(spec: StepSpec) -> str:
        return agents.get(spec.name, spec.agent)

    return case_of(
        definition,
        step,
        rejection_type,
        retry_count=1,
        agent_of=agent_of,
        limits=config.get("max_retries", {}),
    )
