"""Bad input to every address of the REST interface: a 4xx that says why, and never a row.

The addresses are those of the urls, the fields those of the schema, so none can be forgotten.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DataError, transaction
from django.test import override_settings

from config.errors import REFUSALS
from config.schema.routes import Route, routes
from config.schema.views import described
from tests.bad_input import KINDS, RAW, bad_values, body_of, sound
from tests.faults.fuzzing import undone
from tests.rest import Program, program
from tests.world import World, furnish

pytestmark = pytest.mark.django_db
CALLER = "olga"
WRITES = ("POST", "PUT", "PATCH")


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One for all, as there is one world for all."""
    place = tmp_path_factory.mktemp("store")
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(place)}}
    with override_settings(STORAGES={**settings.STORAGES, "default": default}):
        yield place


@pytest.fixture(scope="module")
def world(
    store: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield furnish(CALLER, tmp_path_factory.mktemp("books"))


@pytest.fixture(scope="module")
def caller(world: World) -> Program:
    """A fault of ours is an answer to it, not an exception."""
    operator = program(CALLER, "operator")
    operator.client.raise_request_exception = False
    return operator


@pytest.fixture(autouse=True)
def what_only_a_database_refuses_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(REFUSALS, DataError)


def operations(*methods: str) -> Any:
    """A test of each route and method."""
    found = [(one, word) for one in routes() for word in methods if word in one.methods]
    names = [f"{word} {one.name}" for one, word in found]
    return pytest.mark.parametrize(("route", "method"), found, ids=names)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


class Refusals:
    """Sends, and gathers what was not refused as it should be."""

    def __init__(self, caller: Program, route: Route, method: str, world: World) -> None:
        self.caller, self.route, self.method, self.world = caller, route, method, world
        self.before = rows()
        self.wrong: list[str] = []

    def send(self, what: str, content: str | bytes = "", query: str = "", **more: Any) -> None:
        """`more` may have words of the address, `kind` and `headers`."""
        kind = more.pop("kind", "application/json")
        headers = more.pop("headers", {})
        path = self.path(**more) + query
        send = self.caller.client.generic
        with transaction.atomic():
            answer = send(self.method, path, content, content_type=kind, headers=headers)
        if problem := self._problem(answer):
            self.wrong.append(f"{what:.80}: {problem}")

    def path(self, **other: str) -> str:
        """The address with real words, or those told here."""
        real = {part: quote(str(self.world.parts[part][0])) for part in self.route.parts}
        return self.route.path.format(**{**real, **other})

    def _problem(self, answer: Any) -> str:
        if not 400 <= answer.status_code < 500:
            return f"{answer.status_code} {answer.content[:200]!r}"
        told = answer.json()
        complete = isinstance(told.get("code"), str) and told.get("detail")
        return "" if complete else f"says too little: {told}"

    def check(self) -> None:
        assert self.wrong == []
        assert rows() == self.before


@operations(*WRITES)
def test_a_body_that_is_not_as_described(
    route: Route, method: str, world: World, caller: Program
) -> None:
    refusals = Refusals(caller, route, method, world)
    for name, content in RAW.items():
        refusals.send(name, content)
    body = sound(route, method, world)
    if described()["paths"][route.path][method.lower()].get("requestBody", {}).get("required"):
        refusals.send("nothing", "", kind="")
    refusals.send("an unknown field", json.dumps({**body, "colour": "red"}))
    for field, schema in body_of(route, method).get("properties", {}).items():
        for value in bad_values(schema):
            refusals.send(f"{field}: {value!r}", json.dumps({**body, field: value}))
    for field in body_of(route, method).get("required", []):
        less = {name: value for name, value in body.items() if name != field}
        refusals.send(f"without {field}", json.dumps(less))
    refusals.check()


@operations(*WRITES)
def test_a_body_of_another_kind(route: Route, method: str, world: World, caller: Program) -> None:
    refusals = Refusals(caller, route, method, world)
    for kind in KINDS:
        refusals.send(kind, "a=1", kind=kind)
    refusals.check()


@operations("GET", "DELETE", *WRITES)
def test_words_in_the_address_that_name_nothing(
    route: Route, method: str, world: World, caller: Program
) -> None:
    refusals = Refusals(caller, route, method, world)
    content = json.dumps(sound(route, method, world)) if method in WRITES else ""
    for part in route.parts:
        for word in ("%00", "a%00b", "%ff", "%ed%a0%80", "x" * 3000, "-1", "9" * 30, "1e5", "%0a"):
            refusals.send(f"{part}: {word}", content, **{part: word})
    refusals.check()


@operations("GET", "DELETE", *WRITES)
def test_parameters_that_nobody_reads(
    route: Route, method: str, world: World, caller: Program
) -> None:
    refusals = Refusals(caller, route, method, world)
    content = json.dumps(sound(route, method, world)) if method in WRITES else ""
    for query in ("?colour=red", "?=x", "?%00=1", "?%ff=%ff", "?colour", "?a[b]=1"):
        refusals.send(query, content, query)
    refusals.check()


@operations("GET")
def test_parameters_with_words_that_mean_nothing(
    route: Route, method: str, world: World, caller: Program
) -> None:
    refusals = Refusals(caller, route, method, world)
    for name in parameters(route):
        for word in ("", "%20", "%00", "a%00b", "%ff", "%ed%a0%80", f"1&{name}=2"):
            refusals.send(f"{name}={word}", query=f"?{name}={word}")
    refusals.check()


def parameters(route: Route) -> list[str]:
    told = described()["paths"][route.path]["get"].get("parameters", [])
    return [one["name"] for one in told if one["in"] == "query"]


def test_cursors_of_another_list_or_of_nobody(world: World, caller: Program) -> None:
    lists = [one for one in routes() if "cursor" in (parameters(one) if reads(one) else ())]
    cursors = {}
    for route in lists:
        path = Refusals(caller, route, "GET", world).path()
        cursors[route.name] = cursor_of(caller.client.get(f"{path}?page_size=1"))
    found = {name: cursor for name, cursor in cursors.items() if cursor}
    assert len(found) > 1
    for route in lists:
        refusals = Refusals(caller, route, "GET", world)
        for name, cursor in found.items():
            if name != route.name:
                refusals.send(f"cursor of {name}", query=f"?cursor={cursor}")
        for word in ("x", "a:b:c", "%00", "x" * 3000):
            refusals.send(f"cursor {word}", query=f"?cursor={word}")
        refusals.check()


def reads(route: Route) -> bool:
    return "GET" in route.methods


def cursor_of(answer: Any) -> str:
    """That of the next page; empty where there is one page."""
    address = str(answer.json()["next"] or "")
    return parse_qs(urlsplit(address).query).get("cursor", [""])[0]


@operations("POST")
def test_keys_that_are_none(route: Route, method: str, world: World, caller: Program) -> None:
    if not getattr(route.view.cls, "keyed", False):
        pytest.skip("reads no key")
    refusals = Refusals(caller, route, method, world)
    content = json.dumps(sound(route, method, world))
    for key in ("", " ", "\0", "a\0b", "\ud800", "x" * 201):
        refusals.send(f"key {key!r}", content, headers={"Idempotency-Key": key})
    refusals.check()
