"""The agents there are, who does their steps, and which wait for nobody."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from books.errors import nearest
from books.models import Book, BookWorkflowConfig, known_word
from books.words import valid
from workflows.errors import UnknownThing
from workflows.models import AgentBinding, Executor, Step, WorkflowDefinition

UNCLAIMED_FOR = timedelta(days=1)


def known_agents(names: Iterable[str], *, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """These names, each of an agent that a binding, definition, book or ready step knows, or that
    is among those `besides`.

    Raises UnknownThing with the nearest right name.
    """
    wanted = tuple(dict.fromkeys(names))
    known = {*besides, *AgentBinding.objects.values_list("agent", flat=True)}
    if known.issuperset(wanted):
        return wanted
    specs = WorkflowDefinition.objects.newest().every_step()
    known |= {spec.agent for spec in specs if spec.kind != "gate"}
    for config in BookWorkflowConfig.objects.values_list("config", flat=True):
        known |= set(config.get("agents", {}).values())
    known |= set(Step.objects.claimable().order_by().values_list("agent", flat=True).distinct())
    for name in wanted:
        if name not in known:
            raise UnknownThing(f'no agent "{name}"{nearest(name, known)}')
    return wanted


def bind(
    agent: str, executor: str, *, workflow_type: str = "", book: str = ""
) -> tuple[AgentBinding, bool]:
    """Say who does an agent's steps; the most specific binding wins. May be repeated. Answers the
    binding, and whether it is new."""
    binding = AgentBinding(
        agent=agent,
        workflow_type=WorkflowDefinition.objects.named(workflow_type).type if workflow_type else "",
        book=Book.objects.named(book) if book else None,
        executor=known_word("executor", executor, Executor.values),
    )
    valid(binding)
    scope: dict[str, Any] = {
        "agent": agent,
        "workflow_type": binding.workflow_type,
        "book": binding.book,
    }
    return AgentBinding.objects.update_or_create(**scope, defaults={"executor": executor})


def roster(bindings: Iterable[AgentBinding]) -> list[dict[str, Any]]:
    """These bindings with each agent's last claim; `waiting` counts ready steps for nobody: those
    of an agent that has made no claim for a day. Three queries."""
    rows = list(bindings)
    agents = {binding.agent for binding in rows}
    claims = _last_claims(agents)
    since = timezone.now() - UNCLAIMED_FOR
    waiting = dict.fromkeys(agents, 0)
    for agent, ready, long_ready in _ready(agents, since):
        last = claims[agent]
        waiting[agent] = long_ready if last is None else ready if last < since else 0
    return [
        {
            **binding.as_json(),
            "waiting": waiting[binding.agent],
            "last_claim_at": claims[binding.agent],
        }
        for binding in rows
    ]


def _last_claims(agents: Collection[str]) -> dict[str, datetime | None]:
    """When a step of each agent was last claimed. By an index, however many steps there are."""
    claimed = Step.objects.filter(agent=OuterRef("agent"), started_at__isnull=False)
    last = claimed.order_by("-started_at").values("started_at")[:1]
    told = AgentBinding.objects.filter(agent__in=agents).annotate(last=Subquery(last))
    return dict(told.order_by("pk").values_list("agent", "last"))


def _ready(agents: Collection[str], since: datetime) -> Iterable[tuple[str, int, int]]:
    """How many steps of each agent are ready, and how many of them have been since then."""
    ready = Step.objects.claimable().filter(agent__in=agents).order_by().values("agent")
    counted = ready.annotate(now=Count("pk"), long=Count("pk", filter=Q(created_at__lt=since)))
    return counted.values_list("agent", "now", "long")
