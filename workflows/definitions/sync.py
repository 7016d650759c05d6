"""Taking the shipped definitions over: changed content becomes a new version."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from artifacts.models import ArtifactType
from workflows.definitions.definition import Definition, digest, read
from workflows.errors import DefinitionError
from workflows.models import WorkflowDefinition

FOLDER = Path(__file__).parent


def sync(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Read every `*.toml`, then take over what changed; all or nothing. May be repeated.

    Makes the groups that gates name. Raises DefinitionError.
    """
    found = [read(file, ArtifactType.values) for file in sorted(folder.glob("*.toml"))]
    for word in ("type", "alias"):
        names = [getattr(definition, word) for definition, _ in found]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise DefinitionError(f"{folder}: two files have the {word} {', '.join(twice)}")
    with transaction.atomic():
        return [_take(definition, spec) for definition, spec in found]


def make_groups(names: Iterable[str]) -> None:
    """The Django groups of these names, so that members can be put in."""
    for name in names:
        Group.objects.get_or_create(name=name)


def _take(definition: Definition, spec: dict[str, Any]) -> dict[str, Any]:
    newest = WorkflowDefinition.objects.filter(type=definition.type).order_by("version").last()
    changed = newest is None or newest.digest != digest(spec)
    if newest is None or changed:
        newest = WorkflowDefinition.objects.create(
            type=definition.type,
            alias=definition.alias,
            version=newest.version + 1 if newest else 1,
            spec=spec,
            digest=digest(spec),
        )
        make_groups(step.role for step in definition.steps if step.role)
    return {
        "type": newest.type,
        "alias": newest.alias,
        "version": newest.version,
        "changed": changed,
    }
