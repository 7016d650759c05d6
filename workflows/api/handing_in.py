"""What a complete carries: artifacts of the run by id, or texts."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from artifacts.models import ArtifactType
from artifacts.registry import Handed
from books.api import bodies
from books.api.bodies import MAX_NAME, ONE_LINE, Body, Name, Text
from workflows.errors import UnknownThing
from workflows.models import WorkflowRun


class MadeText(Body):
    artifact_type = bodies.Word(ArtifactType.choices)
    path = Text(max_length=500)
    text = Text(allow_blank=True)


@extend_schema_field(
    {
        "oneOf": [
            {
                "type": "string",
                "description": "The id of an artifact of the run.",
                "minLength": 1,
                "maxLength": MAX_NAME,
                "pattern": ONE_LINE,
            },
            {
                "type": "object",
                "required": ["artifact_type", "path", "text"],
                "additionalProperties": False,
                "properties": {
                    "artifact_type": {"type": "string", "enum": ArtifactType.values},
                    "path": {"type": "string", "minLength": 1, "maxLength": 500},
                    "text": {"type": "string"},
                },
            },
        ]
    }
)
class Made(serializers.Field[Any, Any, Any, Any]):
    """An id, or `{artifact_type, path, text}`."""

    def to_internal_value(self, data: Any) -> str | dict[str, Any]:
        if isinstance(data, str):
            word: str = Name().run_validation(data)
            return word
        body = MadeText(data=data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


def handed(named: Sequence[str | dict[str, Any]], run: WorkflowRun) -> list[Handed]:
    """What a request names, stored. Raises UnknownThing for an id that the run does not have."""
    ids = [one for one in named if isinstance(one, str)]
    made = {one.public_id: one for one in run.artifacts.filter(public_id__in=ids)}
    if strange := [one for one in ids if one not in made]:
        raise UnknownThing(f'run {run} has no artifact "{strange[0]}"')
    return [
        Handed.of_artifact(made[one].artifact_type, made[one])
        if isinstance(one, str)
        else Handed.of_bytes(one["artifact_type"], one["path"], one["text"].encode())
        for one in named
    ]
