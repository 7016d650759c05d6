"""Real answers of the REST interface, of every operation that only reads and of those told here."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from config.schema.routes import PREFIX, Route, routes
from tests.rest import Program, program
from tests.world import World, furnish

Answer = tuple[str, str, int, Any]
"""The path as the schema writes it, the method, the status and the JSON."""
NO_JSON = {"artifact-content", "docs", "events-stream", "schema", "version-asset"}
"""Names of routes whose answers are none."""
ASKED = {
    "routes-test": [{"rejection_type": "style"}, {"rejection_type": "style", "past": "true"}],
    "version-diff": [{"against": "1.0.0"}],
}
"""What must be asked by a query."""


def answers_of(caller: str, folder: Path) -> Iterator[Answer]:
    world = furnish(caller, folder)
    operator = program(caller, "operator")
    for route in routes():
        if "GET" in route.methods and route.name not in NO_JSON:
            found = list(_read(route, world, operator))
            assert found, f"the world has nothing at {route.path}"
            yield from found
    yield from _done(world, operator)


def _read(route: Route, world: World, operator: Program) -> Iterator[Answer]:
    """Asked for with every combination of the world's words; what is not there is passed over."""
    words = (world.parts[part] for part in route.parts)
    for asked, *some in product(ASKED.get(route.name, [{}]), *words):
        address = route.path.format(**dict(zip(route.parts, some, strict=True)))
        answer = operator.get(address.removeprefix("/" + PREFIX), **asked)
        if answer.status_code == 200:
            yield route.path, "GET", 200, answer.json()


def _done(world: World, operator: Program) -> Iterator[Answer]:
    """What only verbs answer."""
    ended = next(run for run in world.parts["run"] if _has_ended(operator, run))
    bodies: dict[str, dict[str, Any]] = {
        "work/claim/": {"agents": ["editor", "writer"]},
        "books/{book}/versions/": {},
        "triggers/{name}/fire/": {"run": ended, "dry_run": True},
        "triggers/{name}/test/": {"run": ended},
        "webhooks/{webhook}/rotate/": {},
    }
    for path, body in bodies.items():
        words = {part: some[0] for part, some in world.parts.items()}
        answer = operator.post(path.format(**words), **body)
        yield f"/{PREFIX}{path}", "POST", answer.status_code, answer.json()


def _has_ended(operator: Program, run: str) -> bool:
    told = operator.get(f"runs/{run}/").json()
    return bool(told["workflow_type"] == "w4_playtesting" and told["status"] == "completed")
