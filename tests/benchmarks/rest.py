"""REST over HTTP: lists against a view that does nothing, deep pages, and claims of many agents.

`python tests/benchmarks/rest.py URL` measures on that database, and fills it where it is empty
with a million runs, a million steps and ten million events: `sqlite:////tmp/rest.sqlite3`,
`postgres://postgres@127.0.0.1:5432/rest`. Server and clients share the machine.

The view that does nothing (`bare.py` beside this) asks who is there and may be there, and answers
the bytes that the list answers.
"""

# ruff: noqa: PLC0415, S608  (imports of the product wait for django.setup; no SQL comes from outside)

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import httpx

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.million import FIRST_SECOND, MOMENT
from tests.benchmarks.row import HEAD, MANAGE, ROOT, Row, timed

RUNS, BOOKS, EVENTS_PER_RUN, WAITING = 1_000_000, 100, 10, 20_000
PORT, BASE = 8765, "http://127.0.0.1:8765"
ROUNDS, AGENTS, SECONDS, WORKS_SECONDS = 100, 50, 30, 5.0
DEEP = 10_000
LISTS = {
    "runs": "runs/",
    "runs of a book": "runs/?book=book-7",
    "runs of a book in a status": "runs/?book=book-7&status=failed",
    "runs in a status": "runs/?status=paused",
    "runs of a workflow": "runs/?workflow_type=w3",
    "steps": "steps/",
    "steps of an agent in a status": "steps/?agent=jotter&status=ready",
    "events": "events/",
    "events of a type": "events/?event_type=resumed",
    "events of a run": "events/?run={run}",
    "events after one": "events/?after=5000000",
    "artifacts": "artifacts/",
    "rejections": "rejections/",
    "escalations": "escalations/",
    "firings": "firings/",
}
PAGED = ("runs/", "steps/", "events/")


def lists(client: httpx.Client, run: str) -> Iterator[Row]:
    for name, path in LISTS.items():
        address = "/api/v1/" + path.format(run=run)
        answer = client.get(address)
        if answer.status_code != 200:
            print(f"{name}: {answer.status_code} {answer.text[:80]}")
            continue
        client.put("/api/v1/bare/", content=answer.content)
        taken: dict[str, list[float]] = {address: [], "/api/v1/bare/": []}
        for _ in range(ROUNDS):
            for one, times in taken.items():
                times.append(timed(lambda one=one: client.get(one)))  # type: ignore[misc]
        full, bare = (median(times) for times in taken.values())
        yield Row(f"{name}, {len(answer.json()['results'])} rows", full, bare, 2)


def pages(client: httpx.Client) -> Iterator[Row]:
    """Page 10,000 of 50, to which a made-up walk leads: signed as the list itself would."""
    from books.api.pages import Cursor, signing

    for path in PAGED:
        address = f"/api/v1/{path}"
        top = client.get(address).json()["results"][0]
        del top
        count = RUNS * EVENTS_PER_RUN if "events" in path else RUNS
        away = DEEP * 50
        place = away if "events" in path else count - away
        word = signing.dumps(
            tuple(Cursor(offset=0, reverse=False, position=str(place))), salt=f"{address} []"
        )
        deep = f"{address}?cursor={word}"
        assert len(client.get(deep).json()["results"]) == 50, path
        taken: dict[str, list[float]] = {deep: [], address: []}
        for _ in range(ROUNDS):
            for one, times in taken.items():
                times.append(timed(lambda one=one: client.get(one)))  # type: ignore[misc]
        last, first = (median(times) for times in taken.values())
        yield Row(f"{path} page {DEEP:,} against page 1", last, first, 1.1)


def claims(secret: str) -> Iterator[Row]:
    taken = sorted(asyncio.run(_agents(secret)))
    cuts = quantiles(taken, n=100)
    yield Row(f"claim, median of {len(taken)}", cuts[49], None, 1)
    yield Row(f"claim, p99, {AGENTS} agents", cuts[98], cuts[49], 5)


async def _agents(secret: str) -> list[float]:
    """Each claims, works five seconds, completes; the time is that of a claim that got work."""
    times: list[float] = []
    end = time.monotonic() + SECONDS
    headers = {"Authorization": f"Bearer {secret}"}

    async def agent(number: int) -> None:
        await asyncio.sleep(number / AGENTS * WORKS_SECONDS)
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(
            base_url=f"{BASE}/api/v1/", headers=headers, timeout=60, limits=limits
        ) as client:
            while time.monotonic() < end:
                begun = time.perf_counter()
                body = {"agents": ["jotter"], "wait_seconds": 5}
                answer = await client.post("work/claim/", json=body)
                if answer.status_code == 200:
                    times.append(time.perf_counter() - begun)
                    await asyncio.sleep(WORKS_SECONDS)
                    claimed = answer.json()
                    address = f"steps/{claimed['step']['id']}/complete/"
                    await client.post(address, json={"lease": claimed["lease"]})

    await asyncio.gather(*(agent(number) for number in range(AGENTS)))
    return times


@contextmanager
def server(settings: str = "tests.benchmarks.bare") -> Iterator[None]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
    serve = [*MANAGE, "serve", "--port", str(PORT)]
    with subprocess.Popen(serve, env=env, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                try:
                    httpx.get(f"{BASE}/healthz")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()


def build() -> None:
    """A million runs of a hundred books, each with a step and ten events; the last of them wait to
    be claimed. Written by the database itself."""
    from django.db import connection, transaction

    from tests.factories import DefinitionFactory
    from workflows.models import AgentBinding, WorkflowDefinition

    DefinitionFactory(type="note", steps=({"name": "jot", "agent": "jotter"},))
    AgentBinding.objects.create(agent="jotter", executor="external")
    pinned = dict(WorkflowDefinition.objects.values_list("type", "pk"))
    words = {
        "moment": MOMENT[connection.vendor].format(f"{FIRST_SECOND} + r"),
        "first": MOMENT[connection.vendor].format(FIRST_SECOND),
        "note": pinned["note"],
        "w3": pinned["w3_publication"],
        "digest": "CAST(1000000000000000000 + r AS varchar(19))",
    }
    postgresql = connection.vendor == "postgresql"
    whole = transaction.atomic()
    with connection.constraint_checks_disabled(), whole, connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table, count, columns, values in FILLED:
            source = (
                f"WITH n AS (SELECT generate_series(1, {count}) AS r)"
                if postgresql
                else "WITH RECURSIVE n(r) AS (SELECT 1 UNION ALL SELECT r + 1 FROM n "
                f"WHERE r < {count})"
            )
            cursor.execute(
                f"INSERT INTO {table} ({columns}) {source} SELECT {values.format(**words)} FROM n"
            )
        if postgresql:
            for table, *_ in FILLED:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                )
    if postgresql:  # SQLite has no statistics where nobody asks for them
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


FILLED = (
    (
        "books_book",
        BOOKS,
        "id, slug, title, book_type, source_path, status, created_at, updated_at",
        "1000 + r, 'book-' || r, 'Book ' || r, 'core', '/nowhere', 'editing', {first}, {first}",
    ),
    (
        "books_bookversion",
        BOOKS,
        "id, book_id, number, rank, digest, created_at",
        "1000 + r, 1000 + r, '1.0.0', 10000000000, {digest}, {first}",
    ),
    (
        "workflows_workflowrun",
        RUNS,
        "id, public_id, definition_id, book_id, input_version_id, input_pinned, status, outcome, "
        "pause_reason, reason, current_step, current_agent, session_id, plan_id, parameters, "
        "cause, chain_depth, created_at, updated_at, started_at, finished_at",
        "r, 'wfrun_' || {digest}, "
        f"CASE WHEN r % 10 = 3 AND r <= {RUNS - WAITING} THEN {{w3}} ELSE {{note}} END, "
        f"1001 + r % {BOOKS}, 1001 + r % {BOOKS}, false, "
        f"CASE WHEN r > {RUNS - WAITING} THEN 'running' WHEN r % 1000 = 9 THEN 'paused' "
        "WHEN r % 50 = 7 THEN 'failed' ELSE 'completed' END, "
        f"CASE WHEN r > {RUNS - WAITING} OR r % 1000 = 9 THEN '' WHEN r % 50 = 7 THEN 'error' "
        "ELSE 'succeeded' END, "
        "'', '', 'jot', 'jotter', '', '', '{{}}', 'manual', 0, {moment}, {moment}, {moment}, "
        "{moment}",
    ),
    (
        "workflows_step",
        RUNS,
        "id, run_id, name, kind, agent, item, attempt, latest, status, worker, lease, failures, "
        "leases_lost, feedback, result, created_at, started_at, finished_at",
        f"r, r, 'jot', 'work', 'jotter', '', 1, true, CASE WHEN r > {RUNS - WAITING} THEN "
        "'ready' ELSE 'completed' END, '', '', 0, 0, '[]', '{{}}', {moment}, {moment}, {moment}",
    ),
    (
        "events_event",
        RUNS * EVENTS_PER_RUN,
        "id, run_id, event_type, agent, actor, payload, created_at",
        f"r, 1 + (r - 1) / {EVENTS_PER_RUN}, CASE WHEN r % 1000 = 5 THEN 'resumed' WHEN r % 2 = 0 "
        "THEN 'started' ELSE 'completed' END, 'jotter', 'ada', '{{}}', {moment}",
    ),
)
"""Table, number of rows, columns, values; in the order of what refers to what."""


def main(url: str) -> None:
    import django
    from django.core.management import call_command

    from tests.benchmarks.run import use

    with tempfile.TemporaryDirectory(prefix="bindery-benchmarks-") as folder:
        use(Path(folder))
        os.environ["DATABASE_URL"] = url
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("seed")
        from events.models import Event
        from workflows import tokens
        from workflows.models import ApiToken, WorkflowRun

        if not Event.objects.exists():
            build()
        name = f"benchmark {ApiToken.objects.count()}"
        reader = tokens.make("reader", name, groups=["viewer"])["token"]
        worker = tokens.make("worker", name, groups=["agent"], agents=["jotter"])["token"]
        run = WorkflowRun.objects.get(pk=RUNS // 2).public_id
        print(HEAD)
        with server():
            headers = {"Authorization": f"Bearer {reader}"}
            with httpx.Client(base_url=BASE, headers=headers, timeout=60) as client:
                for row in (*lists(client, run), *pages(client)):
                    print(row, flush=True)
            for row in claims(worker):
                print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
