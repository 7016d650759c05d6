"""What a test needs of the machine it runs on.

A test names what it cannot do without: `require("postgres")`. Where that is absent it skips
with the reason; where BINDERY_REQUIRE names it (a list with commas), it fails instead.
"""

import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec

import pytest


def require(name: str) -> None:
    """Skip the test where `name` is absent, or fail it where BINDERY_REQUIRE wants it.

    Raises KeyError for a name that is not in MISSING.
    """
    if not (reason := MISSING[name]()):
        return
    wanted = os.environ.get("BINDERY_REQUIRE", "").replace(",", " ").split()
    if name in wanted:
        pytest.fail(f"BINDERY_REQUIRE names {name}, but {reason}", pytrace=False)
    pytest.skip(f"needs {name}: {reason}")


def postgres() -> str:
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return "DATABASE_URL names no PostgreSQL"
    return "" if find_spec("psycopg") else "psycopg is not installed"


def broker(scheme: str, client: str) -> Callable[[], str]:
    """Whether CELERY_BROKER_URL has that scheme and its client is installed."""

    def missing() -> str:
        if not os.environ.get("CELERY_BROKER_URL", "").startswith(scheme):
            return f"CELERY_BROKER_URL names no {scheme}://…"
        return "" if find_spec(client) else f"{client} is not installed"

    return missing


def program(*names: str) -> Callable[[], str]:
    """Whether one of these programs is on the path."""

    def missing() -> str:
        found = any(shutil.which(name) for name in names)
        return "" if found else f"there is no program {' or '.join(names)}"

    return missing


# What to say where it is absent; empty where it is there.
MISSING: dict[str, Callable[[], str]] = {
    "postgres": postgres,
    "redis": broker("redis", "redis"),
    "rabbitmq": broker("amqp", "amqp"),
    "chromium": program("chromium", "chromium-browser", "google-chrome"),
    "epubcheck": program("epubcheck"),
    "jq": program("jq"),
    "sha256sum": program("sha256sum"),
}
