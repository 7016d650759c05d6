"""From an event to 200 open streams, among ten million events.

`python tests/benchmarks/streams.py URL` measures on that database, and fills it where it is empty:
`sqlite:////tmp/streams.sqlite3`, `postgres://postgres@127.0.0.1:5432/streams`.

A server, a process that pauses and resumes runs through the door, twenty times a second, and a
client that holds all streams, all of them without a filter, share the machine. The time is from
`created_at`, before the commit, until the client has read the whole event.
"""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime
from io import StringIO
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.million import FIRST_SECOND, MOMENT, build
from tests.benchmarks.row import HEAD, MANAGE, Row
from tests.listening import Stream, streaming
from tests.served import Served, held_port

STREAMS, SECONDS, A_SECOND, WARM_UP = 200, 30, 20, 3
EVENTS, RUNS, BOOKS, AT_ONCE = 10_000_000, 1000, 100, 500_000
LATE, MEMORY_MB = 0.3, 250
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
TICKS = os.sysconf("SC_CLK_TCK")

NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT %(first)s UNION ALL SELECT n + 1 FROM numbers"
    " WHERE n < %(last)s) ",
    "postgresql": "WITH numbers AS (SELECT generate_series(%(first)s, %(last)s) AS n) ",
}
WRITE = """INSERT INTO events_event (id, run_id, event_type, agent, actor, payload, created_at)
{numbers} SELECT n, 1 + n %% {runs}, CASE n %% 2 WHEN 0 THEN 'paused' ELSE 'resumed' END, '', 'ada',
'{{"reason": "waiting for the artist"}}', {moment} FROM numbers"""


def rows() -> Iterator[Row]:
    """Needs the environment of the database, and Django set up."""
    fill()
    secret = token()
    with server() as (base, pid), writer():
        before = Usage.of(pid)
        late, during = asyncio.run(listen(f"{base}/api/v1/events/stream/", secret, pid))
    late.sort()
    yield Row(f"event to stream, median of {len(late)}", late[len(late) // 2], None, LATE)
    yield Row("event to stream, p99", late[len(late) * 99 // 100], None, LATE)
    yield Row("event to stream, slowest", late[-1], None, 1)
    yield Row(f"memory of the server, {STREAMS} streams", during.mb, None, MEMORY_MB, "MB")
    yield Row("memory of the server, no stream", before.mb, None, MEMORY_MB, "MB")
    yield Row("share of a processor, server", during.share_since(before), None, 1, "")


def token() -> str:
    from workflows import tokens
    from workflows.models import ApiToken

    return str(tokens.make("reader", f"{ApiToken.objects.count()}", groups=["viewer"])["token"])


def fill() -> None:
    """So many events of as many runs, in turns."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from events.models import Event
    from workflows.definitions import sync

    call_command("migrate", verbosity=0)
    if not Event.objects.filter(pk__gte=EVENTS).exists():
        sync.sync()
        build(connection, runs=RUNS, books=BOOKS)
        statement = WRITE.format(
            numbers=NUMBERS[connection.vendor],
            runs=RUNS,
            moment=MOMENT[connection.vendor].format(f"{FIRST_SECOND} + n"),
        )
        for first in range(1, EVENTS, AT_ONCE):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, {"first": first, "last": first + AT_ONCE - 1})
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT setval('events_event_id_seq', {EVENTS})")
                cursor.execute("VACUUM ANALYZE events_event")
    call_command("seed", verbosity=0, stdout=StringIO())


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """Its address, and its process."""
    with held_port() as port, NamedTemporaryFile("a") as log:
        command = [*MANAGE, "serve", "--port", str(port)]
        process = subprocess.Popen(command, stderr=log, text=True)
        try:
            Served(process, port, Path(log.name)).wait()
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait()


@contextmanager
def writer() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, __file__, "--write"])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def write() -> None:
    """Pause and resume runs, so many times a second, until the process is ended."""
    import django

    django.setup()
    from workflows.lifecycle import moving
    from workflows.models import RunStatus, WorkflowRun

    runs = WorkflowRun.objects.filter(pk__lte=RUNS, status__in=["running", "paused"])
    numbers = list(runs.values_list("pk", flat=True))
    began = time.monotonic()
    for turn in count():
        with moving(numbers[turn % len(numbers)], actor="zoe") as run:
            if run.status == RunStatus.RUNNING:
                run.pause(pause_reason="operator", reason="waiting for the artist")
            else:
                run.resume(reason="")
        time.sleep(max(0.0, began + (turn + 1) / A_SECOND - time.monotonic()))


async def listen(url: str, secret: str, pid: int) -> tuple[list[float], "Usage"]:
    """For each event and stream, how late it came, in seconds; and what the server uses with all
    of them open. Raises AssertionError where not all streams are told the same."""
    async with AsyncExitStack() as streams:
        opened = [streaming(url, Authorization=f"Bearer {secret}") for _ in range(STREAMS)]
        entered = await asyncio.gather(*map(streams.enter_async_context, opened))
        assert {stream.status for stream in entered} == {200}
        told = await asyncio.gather(*map(follow, entered))
        during = Usage.of(pid)
    ids = [{number for number, _ in one} for one in told]
    first, last = max(min(one) for one in ids), min(max(one) for one in ids)
    common = [{number for number in one if first <= number <= last} for one in ids]
    assert all(one == common[0] for one in common)
    return [late for one in told for _, late in one], during


async def follow(stream: Stream) -> list[tuple[int, float]]:
    """Id and lateness of what came after a little while, for so many seconds."""
    told = []
    begin = time.time() + WARM_UP
    while time.time() < begin + SECONDS:
        for number, _, data in await stream.read():
            at = datetime.fromisoformat(json.loads(data)["created_at"]).timestamp()
            if at > begin:
                told.append((number, time.time() - at))
    return told


class Usage(NamedTuple):
    """Of a process and those it has started: what is resident, processor time, and when."""

    mb: float
    seconds: float
    at: float

    @classmethod
    def of(cls, pid: int) -> "Usage":
        numbers = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
        stats = [
            Path(f"/proc/{one}/stat").read_text().rsplit(") ", 1)[1].split() for one in numbers
        ]
        seconds = sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICKS
        return cls(sum(int(stat[21]) for stat in stats) * PAGE_MB, seconds, time.monotonic())

    def share_since(self, before: "Usage") -> float:
        return (self.seconds - before.seconds) / (self.at - before.at)


def main(url: str) -> None:
    import django

    from tests.benchmarks.run import use

    with tempfile.TemporaryDirectory(prefix="bindery-benchmarks-") as folder:
        use(Path(folder))
        os.environ["DATABASE_URL"] = url
        django.setup()
        print(HEAD)
        for one in rows():
            print(one)


if __name__ == "__main__":
    write() if sys.argv[1] == "--write" else main(sys.argv[1])
