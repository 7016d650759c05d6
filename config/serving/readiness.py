"""Whether this installation can do its work now."""

import logging
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from artifacts import store
from artifacts.errors import StoreRefused

logger = logging.getLogger(__name__)


def problems() -> dict[str, str]:
    """What is wrong, by what it is wrong with; nothing secret is in it. Costs two queries and a
    byte written."""
    found = {"database": _database(), "store": _store()}
    return {name: problem for name, problem in found.items() if problem}


def _database() -> str:
    try:
        missing = migrations_missing()
    except DatabaseError as error:
        logger.warning("not ready: %s", str(error).partition("\n")[0])
        return "it cannot be reached"
    return f"it lacks the migration {missing}: run migrate" if missing else ""


def _store() -> str:
    try:
        store.try_out()
    except StoreRefused as error:
        return str(error)
    return ""


def migrations_missing() -> str:
    """The first migration that the database lacks; nothing when it has them all. The first time
    the migrations themselves are loaded. Raises DatabaseError."""
    applied = MigrationRecorder(connection).applied_migrations()
    missing = sorted(_newest() - applied.keys())
    return ".".join(missing[0]) if missing else ""


@cache
def _newest() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
