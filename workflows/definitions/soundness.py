"""Whether the steps of a definition fit together. Each check refuses with file, step and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from books.errors import nearest
from workflows.definitions.spec import refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workflows.definitions.definition import Definition, StepSpec


def check(definition: Definition, source: str) -> None:
    """Raise DefinitionError at the first thing wrong; the order matters to the later checks."""
    _names_are_unique(definition, source)
    _needs_exist(definition, source)
    _nothing_waits_for_itself(definition, source)
    _all_follow_the_first(definition, source)
    _what_is_consumed_is_made(definition, source)


def _names_are_unique(definition: Definition, source: str) -> None:
    seen: set[str] = set()
    for step in definition.steps:
        if step.name in seen:
            raise refused(_at(source, step), "two steps have that name")
        seen.add(step.name)


def _needs_exist(definition: Definition, source: str) -> None:
    names = [step.name for step in definition.steps]
    for step in definition.steps:
        for need in step.needs:
            if need == step.name:
                raise refused(_at(source, step), "it needs itself")
            if need not in names:
                hint = nearest(need, names)
                raise refused(_at(source, step), f'needs the unknown step "{need}"{hint}')


def _nothing_waits_for_itself(definition: Definition, source: str) -> None:
    waiting = {step.name: step.needs for step in definition.steps}
    while free := [name for name, needs in waiting.items() if not waiting.keys() & set(needs)]:
        for name in free:
            del waiting[name]
    if waiting:
        path = _cycle(waiting)
        reason = f"its needs run in a circle: {' → '.join(path)}"
        raise refused(_at(source, definition.step(path[0])), reason)


def _cycle(waiting: Mapping[str, tuple[str, ...]]) -> list[str]:
    """One circle among steps that all wait for one another, in the order work would flow."""
    path = [next(iter(waiting))]
    while len(path) == len(set(path)):
        path.append(next(need for need in waiting[path[-1]] if need in waiting))
    return path[path.index(path[-1]) :][::-1]


def _all_follow_the_first(definition: Definition, source: str) -> None:
    first = definition.steps[0]
    for step in definition.steps[1:]:
        if first.name not in definition.upstream_of(step.name):
            needs = ", ".join(step.needs) or "nothing"
            reason = f'not reached from the first step "{first.name}": it needs {needs}'
            raise refused(_at(source, step), reason)


def _what_is_consumed_is_made(definition: Definition, source: str) -> None:
    for step in definition.steps:
        before = [definition.step(name) for name in definition.upstream_of(step.name)]
        made = {artifact_type for one in before for artifact_type in one.made}
        for wanted in step.consumes:
            if not wanted.optional and wanted.artifact_type not in made:
                name = wanted.artifact_type
                reason = (
                    f'consumes "{name}", which no step before it makes; '
                    f'what an upstream workflow makes is written "{name}?"'
                )
                raise refused(_at(source, step), reason)


def _at(source: str, step: StepSpec) -> str:
    return f'{source}: step "{step.name}"'
