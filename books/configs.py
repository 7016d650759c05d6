"""What a book does differently in one workflow type."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from books.checks import RULES
from books.checks.style import SEVERITIES
from books.errors import Invalid
from books.limits import LIMITS
from books.models import Book, BookWorkflowConfig, known_word

WORKFLOW_TYPE = re.compile(r"[a-z0-9_]+")
LONGEST_NAME = 150  # of a Django group
REJECTION_TYPES = ("style", "mechanics", "clarity", "scope")


def configure(
    book: Book,
    workflow_type: str,
    *,
    enabled: bool | None = None,
    config: dict[str, Any] | None = None,
) -> BookWorkflowConfig:
    """Set what is not None; `config` replaces the one before. Makes the groups it names.

    The caller knows whether the workflow type exists; here it only has to look like one.
    """
    if not WORKFLOW_TYPE.fullmatch(workflow_type):
        raise Invalid(f'"{workflow_type}" is no workflow type; one looks like w1_editing')
    wanted: dict[str, Any] = {}
    if enabled is not None:
        wanted["enabled"] = enabled
    if config is not None:
        wanted["config"] = checked(config)
    with transaction.atomic():
        for group in (config or {}).get("roles", {}).values():
            Group.objects.get_or_create(name=group)
        row, _ = BookWorkflowConfig.objects.update_or_create(
            book=book, workflow_type=workflow_type, defaults=wanted
        )
    return row


def checked(config: Any) -> dict[str, Any]:
    """`config` itself. Raises Unknown for a key and Invalid for a value that is not allowed."""
    if not isinstance(config, dict):
        raise Invalid('the config is not an object such as {"max_retries": {"style": 5}}')
    for key, value in config.items():
        known_word("config key", key, SHAPES)
        if not isinstance(value, dict):
            raise Invalid(f'config "{key}" is not an object such as {{"name": …}}')
        SHAPES[key](key, value)
    return config


def _names(key: str, value: dict[str, Any]) -> None:
    for name, word in value.items():
        if not isinstance(word, str) or not 0 < len(word.strip()) <= LONGEST_NAME:
            raise Invalid(f'config "{key}" gives "{name}" no name')


def _counts(_key: str, value: dict[str, Any]) -> None:
    for word, count in value.items():
        known_word("rejection type", word, REJECTION_TYPES)
        if type(count) is not int or count < 1:
            raise Invalid(f'config "max_retries" of {word} is not a whole number from 1')


def _checks(_key: str, value: dict[str, Any]) -> None:
    for name, said in value.items():
        known_word("check", name, (*LIMITS, "rules", "reject"))
        if name == "reject":
            known_word("severity", str(said), ("error", "warning"))
        elif name == "rules":
            _severities(said)
        elif type(said) not in (int, float) or not 0 <= said < float("inf"):
            raise Invalid(f'config "checks" gives {name} no number from 0')


def _severities(said: Any) -> None:
    if not isinstance(said, dict):
        raise Invalid('config "checks" gives rules no object such as {"passive-voice": "off"}')
    for rule, severity in said.items():
        known_word("rule", rule, RULES)
        known_word("severity", str(severity), SEVERITIES)


def _anything(_key: str, _value: dict[str, Any]) -> None:
    """An object of any content; who reads it checks it."""


SHAPES: dict[str, Callable[[str, dict[str, Any]], None]] = {
    "agents": _names,
    "max_retries": _counts,
    "roles": _names,
    "checks": _checks,
    "plans": _anything,
    "targets": _anything,
}
