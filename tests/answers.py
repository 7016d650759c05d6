"""Real answers of the REST interface, of every operation that only reads and of those told here."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from config.schema.routes import PREFIX, routes
from tests.rest import Program, program
from tests.world import World, furnish

Answer = tuple[str, str, int, Any]
"""The path as the schema writes it, the method, the status and the JSON."""
OTHER_SHAPES = {"schema", "docs"}
"""Names of routes whose answers are no JSON."""


def answers_of(caller: str) -> Iterator[Answer]:
    world = furnish(caller)
    operator = program(caller, "operator")
    yield from _reads(world, operator)
    claimed = operator.post("work/claim/", agents=["editor", "writer"])
    yield "/api/v1/work/claim/", "POST", claimed.status_code, claimed.json()


def _reads(world: World, operator: Program) -> Iterator[Answer]:
    """Each address is asked for with every combination of the world's words; one must answer."""
    for route in routes():
        if "GET" not in route.methods or route.name in OTHER_SHAPES:
            continue
        found = list(_each(route.path, route.parts, world, operator))
        assert found, f"the world has nothing at {route.path}"
        yield from found


def _each(path: str, parts: list[str], world: World, operator: Program) -> Iterator[Answer]:
    for words in product(*(world.parts[part] for part in parts)):
        address = path.format(**dict(zip(parts, words, strict=True)))
        answer = operator.get(address.removeprefix("/" + PREFIX))
        if answer.status_code == 200:
            yield path, "GET", 200, answer.json()
