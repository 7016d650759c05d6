"""What is written in the log of events stays as it is, whoever asks the database to change it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from events.emitter import News, record
from events.models import Event
from tests.agents import Crew
from tests.factories import started

on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has none")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has none")


def prepare() -> str:
    """A run with some events."""
    return Crew(started()).up_to("edit").run.public_id


def rows() -> list[Any]:
    return list(Event.objects.order_by("pk").values())


def by_sql(statement: str) -> Callable[[], None]:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return act


def upsert() -> None:
    first = Event.objects.earliest("pk")
    first.actor = "eve"
    Event.objects.bulk_create(
        [first], update_conflicts=True, unique_fields=["id"], update_fields=["actor"]
    )


def bulk_update() -> None:
    events = list(Event.objects.all())
    for event in events:
        event.payload = {}
    Event.objects.bulk_update(events, ["payload"])


REPLACE = """
INSERT OR REPLACE INTO events_event
SELECT id, event_type, agent, 'eve', payload, created_at, run_id, step_id FROM events_event
"""
CHANGES = {
    "update of all": lambda: Event.objects.update(actor="eve"),
    "update of one": lambda: Event.objects.filter(event_type="created").update(actor="eve"),
    "update to the same": lambda: Event.objects.update(agent=F("agent")),
    "bulk_update": bulk_update,
    "upsert": upsert,
    "update in SQL": by_sql("UPDATE events_event SET payload = '{}'"),
    "update of the id": by_sql("UPDATE events_event SET id = id + 1000"),
    "raw delete": lambda: Event.objects.all()._raw_delete(Event.objects.db),
    "delete in SQL": by_sql("DELETE FROM events_event WHERE event_type = 'started'"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_to_change_or_delete_an_event(
    prepared: str, change: Callable[[], Any]
) -> None:
    before = rows()
    with pytest.raises(IntegrityError, match="an event is never changed"), transaction.atomic():
        change()
    assert rows() == before


@on_postgres
@pytest.mark.django_db
def test_the_table_of_events_is_not_truncated(prepared: str) -> None:
    by_sql("SET CONSTRAINTS ALL IMMEDIATE")()
    before = rows()
    for statement in ("TRUNCATE events_event CASCADE", "TRUNCATE workflows_workflowrun CASCADE"):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            by_sql(statement)()
    assert rows() == before


@on_sqlite
@pytest.mark.django_db
def test_an_event_is_not_replaced_by_an_insert(prepared: str) -> None:
    before = rows()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        by_sql(REPLACE)()
    assert rows() == before


@pytest.mark.django_db
def test_events_are_added_as_before_with_and_without_a_number(prepared: str) -> None:
    crew = Crew(prepared)
    last = crew.last_event()
    event = record(crew.run, News("started"), actor="zoe")
    assert event.pk > last
    numbered = Event.objects.create(pk=last + 1000, run=crew.run, event_type="paused", actor="z")
    assert [one.pk for one in crew.events(last)] == [event.pk, numbered.pk]
    assert crew.claim("editor").complete()["status"] == "completed"


def delete_runs() -> None:
    by_sql("DELETE FROM workflows_workflowrun")()
    connection.check_constraints()


@pytest.mark.django_db
def test_a_run_with_events_is_not_deleted_from_the_database_either(prepared: str) -> None:
    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        delete_runs()
    assert rows() == before
