"""The description of the REST interface against the interface, its copy and its documents."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker

from config.access import ACCESS
from config.schema.parts import PARTS, TAGS
from config.schema.routes import PREFIX, routes
from config.schema.views import described
from tests.answers import answers_of
from tests.contracts.product import INLINE, ROOT

Json = dict[str, Any]
COPY = ROOT / "docs/openapi.yaml"
RENEW = "manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"


def operations() -> set[tuple[str, str]]:
    paths = described()["paths"]
    return {(path, method.upper()) for path, item in paths.items() for method in item}


def test_nothing_is_left_unsaid_and_the_copy_is_what_the_views_say(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    assert made.read_text() == COPY.read_text(), f"renew it: {RENEW}"


def test_the_way_to_renew_the_copy_is_documented() -> None:
    assert RENEW in (ROOT / "docs/api.md").read_text()


def test_every_route_and_method_is_described_and_nothing_else() -> None:
    wanted = {(route.path, method) for route in routes() for method in route.methods}
    assert operations() == wanted


def test_every_route_and_method_has_its_line_in_the_table_of_access() -> None:
    wanted = {(route.name, method) for route in routes() for method in route.methods}
    assert {(name, method) for name, line in ACCESS.items() for method in line} == wanted


def test_what_parts_and_tags_are_told_of_are_there() -> None:
    assert {part for route in routes() for part in route.parts} == set(PARTS)
    assert {route.written.removeprefix(PREFIX).split("/")[0] for route in routes()} == set(TAGS)


def test_every_address_and_method_has_its_row_in_the_documents_and_no_other() -> None:
    wanted = {(plain(route.path), method) for route in routes() for method in route.methods}
    assert set(documented()) == wanted


def plain(path: str) -> str:
    """Without the names of its parts."""
    return re.sub(r"\{\w+\}", "{}", path).removeprefix("/" + PREFIX)


def documented() -> list[tuple[str, str]]:
    """Addresses and methods of the table in docs/api.md. In one cell `pause/` after
    `runs/{id}/begin/` stands for `runs/{id}/pause/`."""
    page = (ROOT / "docs/api.md").read_text().split("## Addresses")[1]
    found = []
    for line in page.split("\n## ")[0].splitlines():
        if line.startswith("| `"):
            cell, methods = line.split("|")[1:3]
            before = ""
            for word in INLINE.findall(cell):
                absolute = word.split("/")[0] in TAGS
                before = word if absolute else re.sub(r"[^/]+/$", word, before)
                found += [(re.sub(r"\{\w+\}", "{}", before), method) for method in methods.split()]
    return found


@pytest.mark.django_db
def test_every_noun_has_exactly_the_fields_of_real_rows(tmp_path: Path) -> None:
    """Each answer is held to its schema, and its objects to the names of the noun's fields."""
    seen: set[str] = set()
    wrong: list[str] = []
    for path, method, status, answer in answers_of("olga", tmp_path):
        schema = answered(path, method, status)
        wrong += [f"{method} {path}: {one}" for one in problems(schema, answer)]
        wrong += [f"{method} {path}: {one}" for one in other_names(schema, answer, seen)]
    assert wrong == []
    assert nouns() - seen == set()


def answered(path: str, method: str, status: int) -> Json:
    """The schema of that answer."""
    responses = described()["paths"][path][method.lower()]["responses"]
    schema: Json = responses[str(status)]["content"]["application/json"]["schema"]
    return schema


def problems(schema: Json, answer: Any) -> list[str]:
    whole = {**schema, "components": described()["components"]}
    found = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(answer)
    return [f"{error.json_path}: {error.message}" for error in found]


def nouns() -> set[str]:
    """The components that are objects and not of requests."""
    schemas = described()["components"]["schemas"]
    of_requests = re.compile(r"Request$|^Refused")
    return {
        name
        for name, schema in schemas.items()
        if schema.get("type") == "object" and not of_requests.search(name)
    }


def other_names(schema: Json, value: Any, seen: set[str], where: str = "$") -> list[str]:
    """Where an object has other keys than its noun has fields; `seen` gathers the nouns met."""
    wrong: list[str] = []
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        schema = described()["components"]["schemas"][name]
        if isinstance(value, dict) and "properties" in schema:
            if strange := set(value) ^ set(schema["properties"]):
                return [f"{where} is no {name}: {strange}"]
            seen.add(name)
    if "oneOf" in schema and value is not None:
        found = [other_names(choice, value, seen, where) for choice in schema["oneOf"]]
        wrong += min(found, key=len)
    for part, inner, step in within(schema, value):
        wrong += other_names(part, inner, seen, where + step)
    return wrong


def within(schema: Json, value: Any) -> Iterator[tuple[Json, Any, str]]:
    if isinstance(value, dict):
        named = schema.get("properties", {})
        rest = schema.get("additionalProperties") or {}
        for key, inner in value.items():
            yield named.get(key, rest), inner, f".{key}"
    if isinstance(value, list) and "items" in schema:
        yield from ((schema["items"], one, f"[{at}]") for at, one in enumerate(value))
