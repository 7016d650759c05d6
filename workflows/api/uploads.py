"""What an upload carries: one file, and what is said of it, as a form."""

import re
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from artifacts.models import ArtifactType
from artifacts.registry import MAX_PATH, Handed
from books.api import bodies
from books.api.bodies import Body, Name, Text
from books.plain_json import read_json


@extend_schema_field(OpenApiTypes.OBJECT)  # which in a form is text: OpenAPI's own rule
class JsonObject(Text):
    """A JSON object, written as text."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            value = read_json(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(f"no JSON: {error}") from error
        if not isinstance(value, dict):
            raise serializers.ValidationError('is no JSON object such as {"key": "value"}')
        return value


class Digest(Name):
    """A SHA-256 as it is usually written."""

    pattern = "^[0-9a-fA-F]{64}$"

    def to_internal_value(self, data: Any) -> str:
        word = super().to_internal_value(data)
        if not re.fullmatch(self.pattern, word):
            raise serializers.ValidationError("is no SHA-256: 64 hexadecimal digits")
        return word.lower()


@extend_schema_field({"type": "string", "format": "binary", "minLength": 1})
class File(serializers.FileField):
    """A part with a file name. What is empty some clients send as a part without one."""


class Upload(Body):
    run = Name()
    step = serializers.IntegerField(
        default=None, min_value=1, help_text="The step that made it; an agent's own."
    )
    lease = Name(default="", help_text="Needed while the step is running, and by agents.")
    artifact_type = bodies.Word(ArtifactType.choices)
    path = Text(default="", max_length=MAX_PATH, help_text="The file's own name unless given.")
    item = Text(default="", max_length=500, help_text="The chapter it is about.")
    metadata = JsonObject(default=dict, help_text="A JSON object.")
    digest = Digest(default="", help_text="Its SHA-256; refused where the file has another.")
    file = File(allow_empty_file=True)

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """What the form says. Raises ValidationError, naming each field that is wrong."""
        form = MultiValueDict[str, Any](request.data)  # without any body it is a plain dict
        if twice := [name for name, values in form.lists() if len(values) > 1]:
            raise serializers.ValidationError(dict.fromkeys(twice, "stands more than once"))
        body = cls(data=form.dict())
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


def stored(said: dict[str, Any]) -> Handed:
    """The file of an upload, checked and stored. It is read from where it was put while it came
    in, piece by piece. Raises InvalidArtifact, and ArtifactTooLarge."""
    upload: UploadedFile[Any] = said["file"]
    with upload:
        return Handed.of_stream(
            said["artifact_type"],
            said["path"] or str(upload.name),
            cast(Any, upload.file),
            digest=said["digest"],
            item=said["item"],
            metadata=said["metadata"],
        )
