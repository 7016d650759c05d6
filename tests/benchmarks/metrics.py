"""What a scrape of `/metrics` costs at a million runs and ten million events.

`python tests/benchmarks/metrics.py URL` measures on that database, and builds the rows there where
it is empty: `sqlite:////tmp/metrics.sqlite3`, `postgres://postgres@127.0.0.1:5432/metrics`. A
scrape should take at most 200 ms, the client included, also while it still has events to count.
"""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import os
import statistics
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
RUNS, EVENTS_PER_RUN, OPEN, TIMES = 1_000_000, 10, 5_000, 30
NOW = {"sqlite": "datetime('now')", "postgresql": "now()"}
NUMBERS = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0}) "
    "SELECT i FROM n) AS numbers",
    "postgresql": "generate_series(1, {0}) AS numbers(i)",
}
RUN_ROWS = """INSERT INTO workflows_workflowrun (id, public_id, definition_id, book_id,
    input_version_id, input_pinned, status, outcome, pause_reason, reason, current_step,
    current_agent, session_id, plan_id, parameters, cause, chain_depth, created_at, updated_at)
    SELECT i, 'wfrun_' || i, {definition}, {book}, {version}, false,
    CASE WHEN i > {runs} - {open} THEN 'running' WHEN i % 50 = 7 THEN 'failed' ELSE 'completed' END,
    '', '', '', '', '', '', '', '{{}}', 'manual', 0, {now}, {now} FROM {numbers}"""
STEP_ROWS = """INSERT INTO workflows_step (id, run_id, name, kind, agent, item, attempt, latest,
    status, worker, lease, failures, leases_lost, feedback, result, created_at)
    SELECT i, i, 'plan', 'work', 'agent-' || (i % 25), '', 1, true,
    CASE WHEN i <= {runs} - {open} THEN 'completed' WHEN i % 4 = 0 THEN 'running' ELSE 'ready' END,
    '', '', 0, 0, '[]', '{{}}', {now} FROM {numbers}"""
EVENT_ROWS = """INSERT INTO events_event (id, run_id, step_id, event_type, agent, actor, payload,
    created_at) SELECT i, (i - 1) / {each} + 1,
    CASE WHEN i % {each} IN (1, 2, 0) THEN NULL ELSE (i - 1) / {each} + 1 END,
    CASE i % {each} WHEN 1 THEN 'created' WHEN 0 THEN 'completed' WHEN 4 THEN 'completed'
    WHEN 5 THEN 'rejected' WHEN 6 THEN 'routed' WHEN 8 THEN 'artifact_registered'
    ELSE 'started' END, 'agent-' || ((i - 1) / {each} % 25), 'ada', '{{}}', {now} FROM {numbers}"""
REJECTION_ROWS = """INSERT INTO events_rejection (run_id, step_id, event_id, item, rejecting_agent,
    rejection_type, reason, passages, retry_count, counted, handler_agent, resolved, created_at)
    SELECT i, i, (i - 1) * {each} + 5, '', 'editor', 'style', 'x', '[]', 1, true, 'writer', true,
    {now} FROM {numbers}"""


def build(connection: Any) -> None:
    from books.models import Book, BookVersion
    from config.seeding import seed
    from events.models import Event
    from workflows.models import WorkflowDefinition

    seed()
    words = {
        "now": NOW[connection.vendor],
        "runs": RUNS,
        "open": OPEN,
        "each": EVENTS_PER_RUN,
        "book": Book.objects.get().pk,
        "version": BookVersion.objects.get().pk,
        "definition": WorkflowDefinition.objects.get(type="w1_editing").pk,
    }
    numbers = NUMBERS[connection.vendor]
    assert not Event.objects.exists()
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        for rows, count in (
            (RUN_ROWS, RUNS),
            (STEP_ROWS, RUNS),
            (EVENT_ROWS, RUNS * EVENTS_PER_RUN),
            (REJECTION_ROWS, RUNS),
        ):
            cursor.execute(rows.format(**words, numbers=numbers.format(count)))
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measure() -> None:
    from django.test import Client

    from config.metrics import counting

    client = Client(SERVER_NAME="localhost")
    client.get("/healthz")
    scrapes = [timed(client) for _ in range(TIMES)]
    print(
        f"while behind: median {statistics.median(scrapes):.0f} ms, longest {max(scrapes):.0f} ms"
    )
    began = time.monotonic()
    while counting.catch_up(seconds=1):
        continue
    print(f"the rest counted in {time.monotonic() - began:.1f} s")
    scrapes = [timed(client) for _ in range(TIMES)]
    print(f"caught up: median {statistics.median(scrapes):.0f} ms, longest {max(scrapes):.0f} ms")


def timed(client: Any) -> float:
    began = time.perf_counter()
    assert client.get("/metrics").status_code == 200
    return (time.perf_counter() - began) * 1000


def main() -> None:
    os.environ["DATABASE_URL"] = sys.argv[1]
    os.environ["BINDERY_METRICS_PUBLIC"] = "on"
    os.environ.setdefault("BINDERY_DATA", mkdtemp())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    from workflows.models import WorkflowRun

    call_command("migrate", verbosity=0)
    if not WorkflowRun.objects.exists():
        build(connection)
    measure()


if __name__ == "__main__":
    main()
