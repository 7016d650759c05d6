"""The triggers: what a sound one is, and the ways to make, change and delete one.

Who changes a trigger changes what runs to come will start; firings stay as they were written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from books.errors import Unknown, nearest
from books.models import Book, BookType, Setting, known_word
from books.models.rules import SLUG
from triggers.errors import TriggerExists, TriggerRefused
from triggers.filling import check_name, names_in
from triggers.models import Condition, WorkflowTrigger
from triggers.terms import Config, config_of
from workflows.definitions.definition import Definition
from workflows.idempotency import Once
from workflows.lifecycle import retrying
from workflows.models import Outcome, WorkflowDefinition

LONGEST_NAME = 100


@dataclass(frozen=True)
class Change:
    """What a trigger is to say. None keeps what it says, or takes the default of a new one."""

    source_workflow_type: str | None = None
    target_workflow_type: str | None = None
    trigger_condition: str | None = None
    enabled: bool | None = None
    config: dict[str, Any] | None = None


@transaction.atomic
def put(name: str, change: Change, *, actor: str = "") -> WorkflowTrigger:
    """Make the trigger of that name, or change the one there is. May be repeated.

    Raises TriggerRefused, Unknown or UnknownThing when it would not be sound.
    """
    WorkflowTrigger.objects.lock(name)
    try:
        with transaction.atomic():
            return _saved(name, change, actor)
    except IntegrityError:  # another process made it a moment ago
        return _saved(name, change, actor)


@retrying
def make(name: str, change: Change, *, actor: str, key: str = "") -> dict[str, Any]:
    """Make the trigger of that name; answers it. Raises TriggerExists where there is one, else as
    `put` does."""
    once = Once(actor, "trigger_make", key, {"name": name, **vars(change)})
    with transaction.atomic():
        return once.answer(lambda: _made(name, change, actor).as_json())


def _made(name: str, change: Change, actor: str) -> WorkflowTrigger:
    exists = TriggerExists(f'there is a trigger "{name}" already')
    if WorkflowTrigger.objects.filter(name=name).exists():
        raise exists
    try:
        with transaction.atomic():
            return _kept(_new(name, change), change, actor)
    except IntegrityError as error:  # another process made it a moment ago
        raise exists from error


@transaction.atomic
def alter(name: str, change: Change, *, actor: str = "") -> WorkflowTrigger:
    """Change the trigger of that name. Raises Unknown where there is none, else as `put` does."""
    WorkflowTrigger.objects.lock(name)
    return _kept(WorkflowTrigger.objects.named(name), change, actor)


def _saved(name: str, change: Change, actor: str) -> WorkflowTrigger:
    trigger = WorkflowTrigger.objects.filter(name=name).first() or _new(name, change)
    return _kept(trigger, change, actor)


def _kept(trigger: WorkflowTrigger, change: Change, actor: str) -> WorkflowTrigger:
    before = trigger.said if trigger.pk else None
    for word, said in vars(change).items():
        if said is not None:
            setattr(trigger, word, said)
    settle(trigger)
    if trigger.said != before:
        trigger.changed_by = actor
        trigger.save()
    return trigger


def delete(name: str) -> dict[str, Any]:
    """Delete a trigger; answers what it said. Its firings stay. Raises Unknown without one."""
    trigger = WorkflowTrigger.objects.named(name)
    said = trigger.as_json()
    if not trigger.delete()[0]:
        raise Unknown(f"another has just deleted the trigger {name}")
    return {**said, "deleted": True}


def settle(trigger: WorkflowTrigger) -> None:
    """Write its workflow types in full. Raises TriggerRefused, Unknown or UnknownThing, one line
    saying what would be right.

    A trigger that is only switched off need not be sound: what it names may have changed since.
    """
    if _only_switched_off(trigger):
        return
    known_word("trigger condition", trigger.trigger_condition, Condition.values)
    source = WorkflowDefinition.objects.named(trigger.source_workflow_type)
    target = WorkflowDefinition.objects.named(trigger.target_workflow_type)
    trigger.source_workflow_type, trigger.target_workflow_type = source.type, target.type
    config = config_of(trigger.config)
    further = [WorkflowDefinition.objects.named(word) for word in config.with_]
    if further:
        trigger.config = {**trigger.config, "with": _settled(source, further)}
    _check_config(config, target)
    _check_parameters(config, [source, *further])


def _new(name: str, change: Change) -> WorkflowTrigger:
    if len(name) > LONGEST_NAME:
        raise TriggerRefused(f"a trigger's name has at most {LONGEST_NAME} characters")
    try:
        SLUG(name)
    except ValidationError as error:
        raise TriggerRefused(f'"{name}" is no name of a trigger: {error.messages[0]}') from error
    if not (change.source_workflow_type and change.target_workflow_type):
        hint = nearest(name, WorkflowTrigger.objects.values_list("name", flat=True))
        raise TriggerRefused(f'no trigger "{name}"{hint}; a new one needs source and target')
    return WorkflowTrigger(name=name)


def _only_switched_off(trigger: WorkflowTrigger) -> bool:
    was = WorkflowTrigger.objects.filter(name=trigger.name).first()
    return was is not None and {**was.said, "enabled": False} == trigger.said


def _settled(source: WorkflowDefinition, further: Iterable[WorkflowDefinition]) -> list[str]:
    words = [definition.type for definition in further]
    for word in words:
        if word == source.type or words.count(word) > 1:
            raise TriggerRefused(f"config.with: {word} is named twice")
    return words


def _check_config(config: Config, target: WorkflowDefinition) -> None:
    """The words of a config that stand for rows or are out of a list."""
    for slug in config.books:
        _check_takes(Book.objects.named(slug), target)
    for word in config.book_types:
        known_word("book type", word, BookType.values)
    for slug in config.settings:
        Setting.objects.named(slug)
    for word in config.match.outcome:
        known_word("outcome", word, Outcome.values)


def _check_takes(book: Book, target: WorkflowDefinition) -> None:
    if book.workflow_configs.filter(workflow_type=target.type, enabled=False).exists():
        raise TriggerRefused(
            f"config.books: {target.type} is disabled for {book.slug}; "
            f"book_config --slug {book.slug} --type {target.alias} --enable allows it"
        )


def _check_parameters(config: Config, sources: list[WorkflowDefinition]) -> None:
    first, *further = sources
    made = _makes(first.parsed)
    for word in config.match.has:
        known_word(f"artifact of {first.type}", word, made)
    known = {"source": made, **{f"with.{one.type}": _makes(one.parsed) for one in further}}
    for key, value in config.parameters.items():
        _check_names(f"config.parameters.{key}", value, known)


def _check_names(place: str, value: Any, known: Mapping[str, set[str]]) -> None:
    try:
        for name in names_in(value):
            check_name(name, known)
    except TriggerRefused as refusal:
        raise TriggerRefused(f"{place}: {refusal}") from refusal


def _makes(definition: Definition) -> set[str]:
    """Every artifact type that a run of it can stand for."""
    return {word for spec in definition.steps for word in spec.made}
