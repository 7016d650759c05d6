"""Whether this installation can do its work now."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def migrations_missing() -> str:
    """The first migration that the database lacks; nothing when it has them all. One query, and
    the first time the migrations themselves are loaded. Raises DatabaseError."""
    applied = MigrationRecorder(connection).applied_migrations()
    missing = sorted(_newest() - applied.keys())
    return ".".join(missing[0]) if missing else ""


@cache
def _newest() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
