"""schemathesis against the application in this process: what it is told besides the schema."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi.checks import RejectedPositiveData

from config.schema.views import described
from tests.world import World

STREAM = {
    "include-path": "/api/v1/events/stream/",
    "checks": {"not_a_server_error": {"expected-statuses": ["4xx", "501"]}},
}
"""schemathesis speaks WSGI to an application in its process, by which nothing can be streamed;
`test_event_stream.py` has the streams."""
REAL = 0.8  # how many of the words that name something are of things that exist


def loaded(world: World, examples: int) -> Any:
    """The schema, tried on the application itself, with the words of that world."""
    words = {name: {"values": values} for name, values in words_of(world).items()}
    bound = {
        where: {"dictionary": name, "probability": REAL} for name in words for where in places(name)
    }
    config = SchemathesisConfig.from_dict(
        {
            "seed": 0,
            "dictionaries": words,
            "parameters": bound,
            "operations": [STREAM],
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                "allow-x00": False,  # no schema can say that no string anywhere holds a NUL
            },
        }
    )
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(described())), config=config)
    schema.app = get_wsgi_application()
    schema.hook(filter_failure)
    return schema


def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """A refusal of what is sound by its schema is right where no schema could say it."""
    return not (isinstance(failure, RejectedPositiveData) and beyond_a_schema(response.json()))


def beyond_a_schema(refusal: dict[str, Any]) -> bool:
    """Whether a 400 is of what words mean (`reject needs a reason`), which names no fields, or of
    a cursor, which is signed. Of any other field the schema must say what is taken."""
    return set(refusal.get("fields", {})) <= {"cursor"}


def words_of(world: World) -> dict[str, list[Any]]:
    return {**world.parts, **world.bodies}


def places(name: str) -> list[str]:
    return [f"path.{name}", f"body.{name}", f"query.{name}"]


@contextmanager
def undone() -> Iterator[None]:
    """All that is done to the database within is taken back: each request meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(counted: Counter[tuple[str, int]]) -> str:
    """How many requests of each operation were answered how."""
    lines = [f"{label} {status}: {count}" for (label, status), count in sorted(counted.items())]
    return "\n".join(lines)
