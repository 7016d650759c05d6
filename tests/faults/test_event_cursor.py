"""Ids commit out of order on PostgreSQL: a reader of the log misses none and repeats none."""

import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from events.emitter import News, record
from events.log.horizon import Horizon, open_writers
from events.log.tail import Stream, follow
from events.models import Event
from tests.factories import started
from tests.requirement import require
from tests.rest import program
from tests.served import LONG
from workflows.lifecycle import moving
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, EACH = 4, 40


@pytest.fixture
def postgres() -> None:
    require("postgres")


@pytest.fixture
def run() -> WorkflowRun:
    return started()


class Writer:
    """A transaction of its own connection, which locks its run and then takes an id, as the door
    does."""

    def __init__(self, run: WorkflowRun) -> None:
        import psycopg  # noqa: PLC0415 (not installed where the tests run on SQLite)

        self.connection = psycopg.connect(**self._where())
        self.connection.execute(
            "SELECT id FROM workflows_workflowrun WHERE id = %s FOR NO KEY UPDATE", [run.pk]
        )
        self.run = run

    @staticmethod
    def _where() -> dict[str, Any]:
        known = connection.settings_dict
        names = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}
        password = {"password": known["PASSWORD"]} if known["PASSWORD"] else {}
        return {**{ours: known[name] for name, ours in names.items()}, **password}

    def append(self, minutes_ago: int = 0) -> int:
        """The id it took."""
        row = self.connection.execute(
            "INSERT INTO events_event (run_id, event_type, agent, actor, payload, created_at)"
            " VALUES (%s, 'trigger_fired', '', 'zoe', '{}', %s) RETURNING id",
            [self.run.pk, timezone.now() - timedelta(minutes=minutes_ago)],
        ).fetchone()
        assert row
        return int(row[0])

    def commit(self) -> None:
        self.connection.commit()
        self.connection.close()

    def roll_back(self) -> None:
        self.connection.rollback()
        self.connection.close()

    def die(self) -> None:
        """As a process that is killed; then wait until the server knows."""
        number = self.connection.info.backend_pid
        with socket.socket(fileno=os.dup(self.connection.fileno())) as wire:
            wire.shutdown(socket.SHUT_RDWR)
        wait_until(lambda: number not in backends())


def backends() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity")
        return {number for (number,) in cursor.fetchall()}


def wait_until(true: Any) -> None:
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@contextmanager
def writer() -> Iterator[Writer]:
    one = Writer(started())
    try:
        yield one
    finally:
        one.connection.close()


class Reader:
    """A follower that is asked what has come since it was asked before."""

    def __init__(self, stream: Stream | None = None) -> None:
        self.stream = stream or Stream()
        self.cursor = Event.objects.latest("pk").pk
        self.horizon = self.stream.horizon(self.cursor)

    def come(self) -> list[int]:
        upto = self.horizon.advance()
        found = [one.pk for one in self.stream.rows.between(self.cursor, upto)]
        self.cursor = max(self.cursor, upto)
        return found


def test_a_reader_stops_before_an_id_that_is_not_committed_yet(postgres: None) -> None:
    with writer() as first, writer() as second:
        reader = Reader()
        n = first.append()
        assert second.append() == n + 1
        second.commit()
        assert reader.come() == []
        assert reader.come() == []
        assert reader.horizon.halted
        first.commit()
        assert reader.come() == [n, n + 1]
        assert not reader.horizon.halted
        assert reader.come() == []


def test_what_lies_before_the_gap_is_shown_at_once(postgres: None) -> None:
    with writer() as first, writer() as second, writer() as third:
        reader = Reader()
        n = first.append()
        first.commit()
        second.append()
        third.append()
        third.commit()
        assert reader.come() == [n]
        second.commit()
        assert reader.come() == [n + 1, n + 2]


@pytest.mark.parametrize("end", [Writer.roll_back, Writer.die])
def test_an_id_that_never_comes_holds_nothing_up(postgres: None, end: Any) -> None:
    with writer() as first, writer() as second:
        reader = Reader()
        n = first.append()
        second.append()
        second.commit()
        assert reader.come() == []
        end(first)
        assert reader.come() == [n + 1]


def test_where_nobody_writes_a_gap_is_passed_in_the_same_look(postgres: None) -> None:
    with writer() as first, writer() as second:
        reader = Reader()
        n = first.append()
        first.roll_back()
        second.append()
        second.commit()
        assert reader.come() == [n + 1]


def test_a_writer_that_began_after_the_gap_was_seen_holds_nothing_up(postgres: None) -> None:
    with writer() as first, writer() as second, writer() as late:
        reader = Reader()
        n = first.append()
        second.append()
        second.commit()
        assert reader.come() == []
        late.append()
        first.commit()
        assert reader.come() == [n, n + 1]
        late.commit()
        assert reader.come() == [n + 2]


def test_a_writer_that_began_before_another_committed_is_waited_for(postgres: None) -> None:
    """The number of the open transaction is then above all that are completed."""
    with writer() as early, writer() as late:
        reader = Reader()
        n = late.append()
        assert early.append() == n + 1
        early.commit()
        for _ in range(3):
            assert reader.come() == []
        late.commit()
        assert reader.come() == [n, n + 1]


def test_an_open_transaction_that_writes_no_events_holds_nothing_up(postgres: None) -> None:
    with writer() as idle, writer() as first, writer() as second:
        idle.connection.execute("UPDATE books_book SET title = 'Held'")
        reader = Reader()
        n = first.append()
        first.roll_back()
        second.append()
        second.commit()
        assert reader.come() == [n + 1]


def test_a_new_reader_stops_before_the_gap_too(postgres: None) -> None:
    with writer() as first, writer() as second:
        last = Event.objects.latest("pk").pk
        n = first.append()
        second.append()
        second.commit()
        horizon = Horizon(last)
        assert horizon.advance() == last
        first.commit()
        assert horizon.advance() == n + 1


def test_a_new_reader_does_not_wait_for_what_is_long_past(postgres: None) -> None:
    with writer() as lost, writer() as old, writer() as recent, writer() as stuck:
        lost.append()
        lost.roll_back()
        past = old.append(minutes_ago=5)
        old.commit()
        stuck.append()
        recent.append()
        recent.commit()
        assert Horizon(0).advance() == past


def test_a_reader_far_behind_walks_through_more_than_one_query_holds(
    postgres: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.log.horizon.MOST", 3)
    with writer() as stuck, writer() as busy:
        reader = Reader()
        numbers = [busy.append() for _ in range(10)]
        stuck.append()
        busy.append()
        busy.commit()
        assert reader.come() == numbers
        stuck.roll_back()
        assert reader.come() == [numbers[-1] + 2]


def test_the_events_of_one_run_wait_for_no_other(postgres: None, run: WorkflowRun) -> None:
    with writer() as first:
        reader = Reader(Stream(run=run))
        first.append()
        event = record(run, News("started"), actor="zoe")
        assert reader.come() == [event.pk]


@pytest.fixture(params=["event_list", "events/"])
def listed(request: pytest.FixtureRequest, run_command: Any) -> Callable[[int], list[int]]:
    """The ids after one, by command or over REST."""
    if request.param == "event_list":
        return lambda after: [one["id"] for one in run_command("event_list", "--after", after)]
    reader = program("rita", "viewer")
    return lambda after: [one["id"] for one in reader.get("events/", after=after).json()["results"]]


def test_the_list_answers_what_is_settled_where_a_gap_stays(
    postgres: None, listed: Callable[[int], list[int]]
) -> None:
    with writer() as first, writer() as second:
        last = listed(0)[-1]
        first.append()
        second.append()
        second.commit()
        assert listed(last) == []
        first.commit()
        assert len(listed(last)) == 2


def test_a_reader_within_a_transaction_does_not_wait_for_itself(run: WorkflowRun) -> None:
    with transaction.atomic():
        event = record(run, News("started"), actor="zoe")
        assert Horizon(0).advance() == event.pk


def test_the_horizon_is_the_highest_id_where_all_is_quiet(run: WorkflowRun) -> None:
    last = Event.objects.latest("pk").pk
    assert Horizon(0).advance() == last
    assert Horizon(last).advance() == last
    assert Horizon(last + 5).advance() == last + 5
    record(run, News("started"), actor="zoe")
    assert Horizon(0).advance() == last + 1


class Undo(Exception):
    """What undoes an act after its event was written."""


def act(run: WorkflowRun, rng: random.Random) -> int:
    """Pause or resume a run through the door, slow to commit; the id of the event."""
    with moving(run.pk, actor="zoe") as held:
        if held.status == "running":
            held.pause(pause_reason="operator", reason="")
        else:
            held.resume(reason="")
        number = held.events.latest("pk").pk
        time.sleep(rng.uniform(0, 0.02))
        undo_sometimes(rng)
    return number


def undo_sometimes(rng: random.Random) -> None:
    if rng.random() < 0.2:
        raise Undo


def write(run: WorkflowRun, seed: int) -> list[int]:
    """The ids of all that was committed."""
    rng, numbers = random.Random(seed), []  # noqa: S311
    for _ in range(EACH):
        with suppress(Undo):
            numbers.append(act(run, rng))
    connection.close()
    return numbers


def test_four_writers_and_a_reader_that_gets_every_event_once_in_order(postgres: None) -> None:
    runs = [started() for _ in range(WRITERS)]
    last = Event.objects.latest("pk").pk
    stop = threading.Event()
    late = threading.Timer(LONG, stop.set)
    late.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        written = [pool.submit(write, run, seed) for seed, run in enumerate(runs)]
        follower = follow(Stream(), after=last, stop=stop, poll_seconds=0.001)
        seen = [event.pk for event in islice(follower, WRITERS * EACH // 2)]
        expected = sorted(number for future in written for number in future.result())
        seen += [event.pk for event in islice(follower, len(expected) - len(seen))]
    assert seen == expected
    assert open_writers() == {}
    late.cancel()
    stop.set()
    assert list(follower) == []
