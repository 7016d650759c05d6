"""The guard of the log of events stands after every migrate, and can be lifted for a while."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection

from events.emitter import News, record
from events.log import guard
from events.models import Event
from tests.agents import Crew
from tests.factories import started
from tests.installation import Installation, installed

on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has none")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has none")


@pytest.mark.django_db(transaction=True)
def test_migrate_puts_back_what_is_missing_and_may_be_repeated() -> None:
    guard.take_down(connection)
    assert guard.missing(connection) == list(guard.TRIGGERS[connection.vendor])
    for _ in range(2):
        call_command("migrate", verbosity=0)
        assert guard.missing(connection) == []


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_guard_that_is_switched_off_counts_as_missing_and_is_switched_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_event DISABLE TRIGGER USER")
    assert guard.missing(connection) == list(guard.TRIGGERS["postgresql"])
    call_command("migrate", verbosity=0)
    assert guard.missing(connection) == []


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_after_a_table_is_remade_migrate_puts_the_guard_back() -> None:
    crew = Crew(started())
    before = list(Event.objects.values())
    with connection.schema_editor() as editor:
        editor._remake_table(Event)
    assert guard.missing(connection) == list(guard.TRIGGERS["sqlite"])
    call_command("migrate", verbosity=0)
    assert guard.missing(connection) == []
    with pytest.raises(IntegrityError, match="never changed"):
        Event.objects.update(actor="eve")
    assert list(Event.objects.values()) == before
    record(crew.run, News("started"), actor="zoe")


@pytest.mark.django_db(transaction=True)
def test_the_guard_is_lifted_for_a_while_and_stands_again_whatever_happens() -> None:
    def forge() -> None:
        with guard.lifted(connection):
            assert Event.objects.update(actor="eve") == 2
            raise ZeroDivisionError

    started()
    with pytest.raises(ZeroDivisionError):
        forge()
    with pytest.raises(IntegrityError, match="never changed"):
        Event.objects.update(actor="adam")
    assert set(Event.objects.values_list("actor", flat=True)) == {"eve"}


@pytest.mark.django_db(transaction=True)
def test_check_says_when_the_guard_is_missing() -> None:
    def found() -> list[Any]:
        return run_checks(tags=["database"], databases=["default"])

    assert found() == []
    guard.take_down(connection)
    (warning,) = found()
    assert warning.id == "events.W001"
    assert "event_no_update" in warning.msg
    assert "migrate" in warning.hint
    guard.put_up(connection)
    assert found() == []


def test_without_a_guard_for_a_database_nothing_is_done() -> None:
    class Other:
        vendor = "oracle"

    assert guard.missing(Other()) == []  # type: ignore[arg-type]
    guard.put_up(Other())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        yield installation


TRY = """
from django.db import connection
from events.log import guard
print(guard.missing(connection))
"""


def test_a_new_installation_is_guarded_and_check_finds_nothing(site: Installation) -> None:
    assert site.plain("shell", "--no-imports", "-c", TRY).strip() == "[]"
    assert "no issues" in site.plain("check", "--database", "default")


def test_migrating_away_and_back_leaves_the_guard_standing(site: Installation) -> None:
    site.plain("migrate", "-v0", "events", "zero")
    assert "no issues" in site.plain("check", "--database", "default")
    site.plain("migrate", "-v0")
    assert site.plain("shell", "--no-imports", "-c", TRY).strip() == "[]"
