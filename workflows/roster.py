"""The agents there are, who does their steps, and which wait for nobody."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from books.errors import nearest
from books.models import Book, BookWorkflowConfig, known_word
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


def bind(agent: str, executor: str, *, workflow_type: str = "", book: str = "") -> AgentBinding:
    """Say who does an agent's steps; the most specific binding wins. May be repeated."""
    scope: dict[str, Any] = {
        "agent": agent,
        "workflow_type": (
            WorkflowDefinition.objects.named(workflow_type).type if workflow_type else ""
        ),
        "book": Book.objects.named(book) if book else None,
    }
    executor = known_word("executor", executor, Executor.values)
    binding, _ = AgentBinding.objects.update_or_create(**scope, defaults={"executor": executor})
    return binding


def roster() -> list[dict[str, Any]]:
    """Every binding with the agent's last claim; `waiting` counts ready steps for nobody:
    those of an agent that has made no claim for a day."""
    now = timezone.now()
    claims = dict(
        Step.objects.order_by()
        .values_list("agent")
        .annotate(last=Max("started_at"))
        .values_list("agent", "last")
    )
    ready: dict[str, int] = {}
    for agent, since in Step.objects.claimable().values_list("agent", "created_at"):
        last = claims.get(agent) or since
        if now - last > UNCLAIMED_FOR:
            ready[agent] = ready.get(agent, 0) + 1
    return [
        {
            **binding.as_json(),
            "waiting": ready.get(binding.agent, 0),
            "last_claim_at": claims.get(binding.agent),
        }
        for binding in AgentBinding.objects.select_related("book")
    ]
