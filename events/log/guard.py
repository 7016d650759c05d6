"""An event is never changed or deleted, in the database too: triggers that refuse it.

They are put up after every `migrate` and not by a migration, since Django remakes a SQLite
table to alter it, which drops the table's triggers without a word.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core import checks
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "events_event"
REFUSED = "an event is never changed or deleted"

# By vendor and name: what a trigger refuses, and how. INSERT OR REPLACE deletes a row without
# setting off SQLite's DELETE triggers; NEW.id is -1 in an INSERT that gives no id.
SQLITE = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
TAKEN = "EXISTS (SELECT 1 FROM events_event WHERE id = NEW.id)"
TRIGGERS: dict[str, dict[str, str]] = {
    "sqlite": {
        "event_no_update": f"BEFORE UPDATE ON events_event {SQLITE}",
        "event_no_delete": f"BEFORE DELETE ON events_event {SQLITE}",
        "event_no_replace": f"BEFORE INSERT ON events_event WHEN {TAKEN} {SQLITE}",
    },
    "postgresql": {
        "event_no_update": "BEFORE UPDATE ON events_event FOR EACH ROW"
        " EXECUTE FUNCTION events_event_refuse()",
        "event_no_delete": "BEFORE DELETE ON events_event FOR EACH ROW"
        " EXECUTE FUNCTION events_event_refuse()",
        "event_no_truncate": "BEFORE TRUNCATE ON events_event FOR EACH STATEMENT"
        " EXECUTE FUNCTION events_event_refuse()",
    },
}
FIRST = {
    "sqlite": (),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION events_event_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation'; END $$",
    ),
}
CREATE = {"sqlite": "CREATE TRIGGER IF NOT EXISTS", "postgresql": "CREATE OR REPLACE TRIGGER"}
DROP = {
    "sqlite": "DROP TRIGGER IF EXISTS {}",
    "postgresql": "DROP TRIGGER IF EXISTS {} ON events_event",
}
# The names of those that are there and enabled.
STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events_event'",
    "postgresql": "SELECT tgname FROM pg_trigger"
    " WHERE tgrelid = 'events_event'::regclass AND tgenabled IN ('O', 'A')",
}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not; none where there is no table of events, nor
    on a database for which there is no guard."""
    if connection.vendor not in TRIGGERS:
        return []
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return []
        cursor.execute(STANDING[connection.vendor])
        standing = {name for (name,) in cursor.fetchall()}
    return [name for name in TRIGGERS[connection.vendor] if name not in standing]


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Put up what is missing. It may be called twice."""
    if names := missing(connection):
        wanted, create = TRIGGERS[connection.vendor], CREATE[connection.vendor]
        triggers = [f"{create} {name} {wanted[name]}" for name in names]
        _run(connection, [*FIRST[connection.vendor], *triggers])


def take_down(connection: BaseDatabaseWrapper) -> None:
    names = TRIGGERS.get(connection.vendor, {})
    _run(connection, [DROP[connection.vendor].format(name) for name in names])


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """No guard meanwhile, for every process: for tests that empty the database, and for a
    migration that must change events."""
    take_down(connection)
    try:
        yield
    finally:
        put_up(connection)


def on_migrated(using: str, **_: Any) -> None:
    put_up(connections[using])


def check_guard(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """System check. A warning and no error: `migrate`, which puts the guard up, runs it first."""
    return [
        checks.Warning(
            f"the log of events can be changed in database {alias}: no {', '.join(names)}",
            hint=f"run: manage.py migrate --database {alias}",
            id="events.W001",
        )
        for alias in databases or ()
        if (names := missing(connections[alias]))
    ]


def _run(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> None:
    """All or nothing."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
