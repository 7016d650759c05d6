"""What a new installation starts with. Safe to repeat; never brings back what was deleted."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from books import registry
from books.models import Book, Seeded
from events.models import RejectionType, RoutingRule
from triggers.changing import Change, put
from triggers.models import Condition, WorkflowTrigger
from workflows.agents import BUILTIN
from workflows.definitions import sync
from workflows.models import AgentBinding, Executor, WorkflowDefinition

LIBRARY = settings.BASE_DIR / "books" / "library"
CORE_RULEBOOK = "core-rulebook"
REVISIONS = LIBRARY / f"{CORE_RULEBOOK}-revisions"
GROUPS = (
    "viewer",
    "agent",
    "editor",
    "operator",
    "managing-editor",
    "senior-editor",
    "lead-designer",
    "technical-writer",
    "human-reviewer",
)
# rejection type: (who mends it, who is asked when mending does not help)
RULES = {
    RejectionType.STYLE: ("style-editor", "senior-editor"),
    RejectionType.MECHANICS: ("mechanics-reviewer", "lead-designer"),
    RejectionType.CLARITY: ("clarity-editor", "technical-writer"),
    RejectionType.SCOPE: ("scope-reviewer", "human-reviewer"),
}

# name: (source, target, condition, config)
TRIGGERS = {
    "w1-to-w2": ("w1", "w2", Condition.ON_COMPLETE, {}),
    "w2-to-w3": ("w2", "w3", Condition.ON_APPROVE, {}),
    "w3-to-w4": ("w3", "w4", Condition.MANUAL, {}),
    "w4-to-w1": ("w4", "w1", Condition.MANUAL, {"input_version": "latest"}),
}

Make = Callable[[], Any]


def seed() -> dict[str, list[str]]:
    """Make what was never made before; answers the names of what is new, by kind."""
    changed = [row["type"] for row in sync.sync() if row["changed"]]
    made: dict[str, list[str]] = {"workflow": changed}
    for kind, name, make in _wanted():
        with transaction.atomic():
            _, new = Seeded.objects.get_or_create(kind=kind, name=name)
            if new:
                make()
                made.setdefault(kind, []).append(name)
    return made


def _wanted() -> Iterator[tuple[str, str, Make]]:
    for group in GROUPS:
        yield "group", group, partial(Group.objects.get_or_create, name=group)
    for agent in sorted(_agents()):
        yield "agent", agent, partial(_bind, agent)
    for word in RULES:
        yield "route", word, partial(_rule, word)
    for name in TRIGGERS:
        yield "trigger", name, partial(_trigger, name)
    yield "book", CORE_RULEBOOK, _core_rulebook


def _agents() -> set[str]:
    """Every agent of the shipped definitions, and the handlers of the default rules."""
    specs = WorkflowDefinition.objects.newest().every_step()
    handlers = {handler for handler, _ in RULES.values()}
    return handlers | {spec.agent for spec in specs if spec.kind != "gate"}


def _bind(agent: str) -> None:
    executor = Executor.BUILTIN if agent in BUILTIN else Executor.EXTERNAL
    AgentBinding.objects.get_or_create(
        agent=agent, workflow_type="", book=None, defaults={"executor": executor}
    )


def _rule(word: RejectionType) -> None:
    handler, target = RULES[word]
    RoutingRule.objects.get_or_create(
        workflow_type="",
        step="",
        rejection_type=word,
        defaults={"handler_agent": handler, "escalation_target": target},
    )


def _trigger(name: str) -> None:
    source, target, condition, config = TRIGGERS[name]
    if not WorkflowTrigger.objects.filter(name=name).exists():
        put(name, Change(source, target, condition, config=config), actor="seed")


def _core_rulebook() -> None:
    """The shipped book, from a copy in the data directory that its editors may change."""
    source = settings.BINDERY_DATA / "manuscripts" / CORE_RULEBOOK
    if not source.exists():
        beside = source.with_name(f".{CORE_RULEBOOK}")
        shutil.copytree(LIBRARY / CORE_RULEBOOK, beside, dirs_exist_ok=True)
        beside.rename(source)
    if not Book.objects.filter(slug=CORE_RULEBOOK).exists():
        registry.register(slug=CORE_RULEBOOK, title="Core Rulebook", source=Path(source))
