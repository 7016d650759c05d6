"""Each operation, described from its view and its line in `config/access.py`.

What a view does not say is warned of, and the test of the schema fails on warnings.
"""

# mypy: disable-error-code="no-untyped-call"
# (drf-spectacular says the types of some of its functions only)

import re
from typing import Any

from drf_spectacular.drainage import warn
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction
from rest_framework.serializers import ListField

from books.api.bodies import BREAKS, ONE_LINE, Body
from books.api.endpoint import Endpoint
from books.api.filters import Named
from config.access import ACCESS
from config.schema import refusals
from config.schema.parts import KEY, PARTS
from config.schema.routes import routes
from workflows.callers import GIVES, ROLE

ACTIONS = {"GET": "get", "PUT": "put", "PATCH": "change", "DELETE": "delete"}
WRITES = frozenset({"POST", "PUT", "PATCH"})
JsonSchema = dict[str, Any]


class Operation(AutoSchema):
    view: Any

    def get_operation_id(self) -> str:
        """`runs_list`, `runs_create`, `runs_get`, `runs_pause`."""
        words = [word.replace("-", "_") for word in self._tokenize_path()]
        if self.method == "POST":
            return "_".join([*words, "create"] if "GET" in self.view.allowed_methods else words)
        return "_".join([*words, "list" if self._is_list_view() else ACTIONS[self.method]])

    def get_summary(self) -> str:
        if self._is_list_view():
            return f"List {' '.join(self._tokenize_path())}"
        told = " ".join(super().get_description().split())
        if not told or told == " ".join(str(Endpoint.__doc__).split()):
            warn(f"{self.method} {self.path} has no docstring")
        return re.split(r"(?<=[.:;])\s", told)[0].rstrip(".:;")

    def get_description(self) -> str:  # type: ignore[override]
        return f"{super().get_description()}\n\nFor: {', '.join(self._groups())}."

    def _groups(self) -> list[str]:
        """Whose members may, as far as the table knows."""
        name = next(route.name for route in routes() if route.path == self.path)
        powers = ACCESS.get(name, {}).get(self.method, frozenset())
        if not powers:
            warn(f"{self.method} {self.path} is not in config/access.py")
        groups = [group for group, gives in GIVES.items() if gives & powers]
        return [*groups, "any role"] if ROLE & powers else groups

    def get_auth(self) -> list[JsonSchema]:
        return [{"token": []}, {"session": []}]

    def _get_parameters(self) -> list[JsonSchema]:
        parameters = [self._as_asked(one) for one in super()._get_parameters()]
        query = {one["name"] for one in parameters if one["in"] == "query"}
        if self.method == "GET" and not self._is_list_view() and query != self.view.takes:
            warn(f"{self.path} takes {sorted(self.view.takes)}, and tells of {sorted(query)}")
        return [*parameters, KEY] if self._is_keyed() else parameters

    def _as_asked(self, parameter: JsonSchema) -> JsonSchema:
        """With what the endpoint and the filter's form hold each word of a query to."""
        schema = parameter["schema"]
        if parameter["in"] != "query" or schema.get("type") != "string":
            return parameter
        if "enum" in schema or "format" in schema:
            return parameter
        pattern = A_WORD_IN_ONE_LINE if schema.get("pattern") == ONE_LINE else A_WORD
        limits = {"minLength": 1, "pattern": pattern}
        if found := self._filters().get(parameter["name"]):
            limits["maxLength"] = found.extra["max_length"]
        return {**parameter, "schema": {**schema, **limits}}

    def _is_keyed(self) -> bool:
        return self.method == "POST" and getattr(self.view, "keyed", False)

    def _resolve_path_parameters(self, variables: list[str]) -> list[JsonSchema]:
        if strange := [name for name in variables if name not in PARTS]:
            warn(f"config/schema/parts.py does not tell what {strange} in {self.path} are")
        return [
            {"in": "path", "name": name, "required": True, **PARTS[name]}
            for name in variables
            if name in PARTS
        ]

    def _filters(self) -> dict[str, Any]:
        kind = getattr(self.view, "filterset_class", None)
        return dict(kind.base_filters) if kind and self._is_list_view() else {}

    def get_request_serializer(self) -> Any:
        """What is described must be what is read, where one verb has many addresses."""
        serializer = super().get_request_serializer()
        if self.method == "POST" and getattr(self.view, "body", serializer) != serializer:
            warn(f"{self.path} reads {self.view.body}, and tells of {serializer}")
        return serializer

    def _get_request_for_media_type(
        self, serializer: Any, direction: Direction = "request"
    ) -> tuple[JsonSchema | None, bool]:
        """A body without fields is an empty object, where drf-spectacular would leave it out."""
        kind = serializer if isinstance(serializer, type) else type(serializer)
        if issubclass(kind, Body) and not kind().fields:
            return {"type": "object", "additionalProperties": False}, False
        found: tuple[JsonSchema | None, bool]
        found = super()._get_request_for_media_type(serializer, direction)
        return found

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> JsonSchema:
        """A description that the class has itself: a base's is of all and none."""
        schema: JsonSchema = super()._map_basic_serializer(serializer, direction)
        if not vars(type(serializer)).get("__doc__"):
            schema.pop("description", None)
        if isinstance(serializer, Body):
            schema["additionalProperties"] = False
        return schema

    def _insert_field_validators(self, field: Any, schema: JsonSchema) -> None:
        super()._insert_field_validators(field, schema)
        if pattern := getattr(field, "pattern", ""):
            schema["pattern"] = pattern
        if isinstance(field, ListField) and not field.allow_empty:
            schema.setdefault("minItems", 1)

    def get_serializer_name(self, serializer: Any, direction: Direction) -> str:
        return super().get_serializer_name(serializer, direction).removesuffix("Noun")

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}List"

    def _get_response_bodies(self, direction: Direction = "response") -> JsonSchema:
        responses: JsonSchema = super()._get_response_bodies(direction)
        for status, response in responses.items():
            response["description"] = response["description"] or DONE[status]
        return {**responses, **refusals.references(self._refusals())}

    def _refusals(self) -> frozenset[int]:
        found = refusals.EVERYWHERE | getattr(self.view, "also_refuses", frozenset())
        if self.method in WRITES:
            found |= refusals.WITH_A_BODY
        if self.method != "GET":
            found |= {409}
        named = any(isinstance(one, Named) for one in self._filters().values())
        if "{" in self.path or named or self.view.takes:
            found |= {404}
        return found


A_WORD = r"\S"
A_WORD_IN_ONE_LINE = rf"^[^{BREAKS}]*[^{BREAKS}\s][^{BREAKS}]*$"
DONE = {"200": "As asked.", "201": "Made.", "204": "Done; there is nothing to tell."}
