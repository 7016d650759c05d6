"""Whose work a step is: a program's, a worker's or a human's, by the most specific binding."""

from collections.abc import Iterable

from django.db.models import Case, CharField, Value, When

from workflows.models import AgentBinding, Executor, Step
from workflows.models.steps import StepQuerySet


def executor_of(step: Step, bindings: Iterable[AgentBinding]) -> str:
    """Who does the step; without a binding an external agent."""
    run = step.run
    of_agent = (one for one in _most_specific_first(bindings) if one.agent == step.agent)
    covering = (one.executor for one in of_agent if one.covers(run.workflow_type, run.book_id))
    return next(covering, Executor.EXTERNAL)


def claimable_by(executor: str, agent: str, bindings: Iterable[AgentBinding]) -> StepQuerySet:
    """The steps of an agent that wait for such a one, the oldest first; the same law, told to the
    database."""
    cases, rest = list[When](), str(Executor.EXTERNAL)
    for one in _most_specific_first(bindings):
        if one.agent != agent:
            continue
        if not (scope := _scope(one)):
            rest = one.executor
            break
        cases.append(When(**scope, then=Value(one.executor)))
    told = Case(*cases, default=Value(rest), output_field=CharField())
    return Step.objects.claimable().filter(agent=agent).alias(by=told).filter(by=executor)


def _most_specific_first(bindings: Iterable[AgentBinding]) -> list[AgentBinding]:
    return sorted(bindings, key=lambda one: one.specificity, reverse=True)


def _scope(binding: AgentBinding) -> dict[str, object]:
    said = {"run__book": binding.book_id, "run__definition__type": binding.workflow_type}
    return {name: value for name, value in said.items() if value}
