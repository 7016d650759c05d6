"""Bodies that are as described, and values that are not, worked out from the schema."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from config.schema.routes import Route
from config.schema.views import described
from tests.world import World

Json = dict[str, Any]
NUL, HALF_A_PAIR = "a\0b", "a\ud800b"
STRANGE: tuple[Any, ...] = (
    *(None, True, 7, 1.5, "word", [], [[]], {}, {"a": [None]}),
    *(10**30, -(10**30), 2**63, -1, 1e308),
    *("", "\n", "x" * 5000, "\u202e\u2028", "2026-13-45", "99999-01-01T00:00:00Z", "1e999"),
)
RAW = {
    "no JSON": "{",
    "no object": "[]",
    "a string": '"x"',
    "null": "null",
    "a number": "1",
    "NaN": '{"reason": NaN}',
    "too large a number": '{"lease": 1e999}',
    "nested deeply": '{"reason": ' + "[" * 1000 + "]" * 1000 + "}",
    "nested far too deeply": "[" * 100_000 + "]" * 100_000,
    "twice": '{"reason": "a", "reason": "b"}',
    "NUL": '{"reason": "a\\u0000b"}',
    "half a pair": '{"reason": "\\ud800"}',
    "half a pair as a name": '{"\\udfff": 1}',
    "digits without end": '{"lease": ' + "9" * 5000 + "}",
    "no UTF-8": b'{"reason": "\xff\xfe"}',
    "UTF-16": '{"reason": "a"}'.encode("utf-16"),
    "10 MB": '{"reason": "' + "x" * 10_000_000 + '"}',
}
KINDS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/xml",
    "application/octet-stream",
    "json",
    "a/b/c; =",
)


def body_of(route: Route, method: str) -> Json:
    """The schema of its JSON body; empty where it takes none."""
    operation = described()["paths"][route.path][method.lower()]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return resolved(content.get("schema", {}))


def resolved(schema: Json) -> Json:
    reference = str(schema.get("$ref", ""))
    schemas: Json = described()["components"]["schemas"]
    return dict(schemas[reference.rpartition("/")[2]]) if reference else schema


def sound(route: Route, method: str, world: World) -> Json:
    """A body that the schema allows, of words that name something where the world has some."""
    schema = body_of(route, method)
    properties = schema.get("properties", {})
    return {name: _example(name, properties[name], world) for name in schema.get("required", [])}


def bad_values(schema: Json) -> Iterator[Any]:
    """What the schema of a field does not allow, and what no schema can forbid."""
    whole = {**schema, "components": described()["components"]}
    validator = Draft202012Validator(whole)
    yield from (value for value in STRANGE if not validator.is_valid(value))
    yield from (NUL, HALF_A_PAIR, [NUL], {"a": HALF_A_PAIR}, {NUL: 1})


def _example(name: str, schema: Json, world: World) -> Any:
    if name in world.bodies:
        return world.bodies[name][0]
    schema = resolved(schema)
    if "enum" in schema:
        return schema["enum"][0]
    kinds: Json = {"integer": 1, "boolean": True, "array": ["writer"], "object": {}}
    return kinds.get(str(schema.get("type")), "word")
