"""What triggers cost: when a run completes beside many that do not fit; among a million firings.

`python tests/benchmarks/triggers.py URL` builds a million runs and firings on an empty database
(`sqlite:////tmp/firings.sqlite3`, `postgres://postgres@127.0.0.1:5432/firings`), measures there,
and prints how the database finds what each search asks for.
"""

# ruff: noqa: PLC0415, S608  (imports of the product wait for django.setup; no SQL comes from outside)

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.million import FIRST_SECOND, MOMENT
from tests.benchmarks.row import HEAD, Row, timed

RUNS, PER_VERSION, BOOKS, NAMES = 1_000_000, 40, 1000, 20
SECONDS_PER_RUN = 60
MANY, ROUNDS = 100, 60
PLAIN = ({"name": "jot", "agent": "jotter"},)


def rows() -> Iterator[Row]:
    """A run that completes beside triggers that do not fit, against one without any; in turns.
    Needs a migrated database."""
    from triggers.models import WorkflowTrigger

    listening = WorkflowTrigger.objects.filter(name__startswith="unfit")
    complete = _completing()
    taken: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for enabled, times in taken.items():
            listening.update(enabled=enabled)
            times.append(timed(complete()))
    with_many, without = median(taken[True]), median(taken[False])
    yield Row(f"completing a run, {MANY} triggers that do not fit", with_many, without, 3)


def _completing() -> Callable[[], Callable[[], object]]:
    """Readies a run and answers what completes it. Half of the triggers ask for another book, half
    for what the run did not make."""
    from books.models import Book
    from tests.agents import Crew
    from tests.factories import DefinitionFactory, book_of, started
    from triggers.models import WorkflowTrigger

    DefinitionFactory(type="note", steps=PLAIN)
    book = Book.objects.filter(slug="unfit").first() or book_of(slug="unfit")
    configs = ({"books": ["elsewhere"]}, {"match": {"has": ["chapter"]}})
    unfit = [
        WorkflowTrigger(
            name=f"unfit-{number}",
            source_workflow_type="note",
            target_workflow_type="note",
            config=configs[number % 2],
        )
        for number in range(MANY)
    ]
    WorkflowTrigger.objects.bulk_create(unfit, ignore_conflicts=True)
    return lambda: Crew(started(book, workflow_type="note")).claim("jotter").complete


def searches() -> dict[str, Callable[[], object]]:
    """What is asked of a million firings."""
    from books.models import Book
    from triggers import backfilling
    from triggers.models import TriggerFiring, WorkflowTrigger
    from workflows.models import WorkflowRun

    firings = TriggerFiring.objects.for_json()
    run = WorkflowRun.objects.get(pk=RUNS // 2)
    trigger = WorkflowTrigger.objects.named("late")
    book = Book.objects.get(pk=7)
    day = {"since": run.finished_at, "until": run.finished_at + timedelta(days=1)}
    hour, year = 3600, 366 * 24 * 3600
    return {
        "firing_list": lambda: list(firings[:50]),
        "firing_list --trigger": lambda: list(firings.of("trigger-4")[:50]),
        "firing_list --trigger, none": lambda: list(firings.of("late")[:50]),
        "firing_list --run": lambda: list(firings.about(run)[:50]),
        "firing_list --result, the rarest": lambda: list(firings.filter(result="failed")[:50]),
        "firing_list --trigger --result, the rarest": lambda: list(
            firings.of("trigger-1").filter(result="failed")[:50]
        ),
        "the brake, one trigger, a year": lambda: TriggerFiring.objects.fired_within(
            {year: ["trigger-0"]}
        ),
        "the brake, all triggers, two spans": lambda: TriggerFiring.objects.fired_within(
            {
                hour: [f"trigger-{n}" for n in range(10)],
                year: [f"trigger-{n}" for n in range(10, 20)],
            }
        ),
        "came together": lambda: list(TriggerFiring.objects.joined(run.input_version)),
        "who listens": lambda: WorkflowTrigger.objects.listening().taking("w1_editing"),
        "backfill, a day": lambda: backfilling.planned(backfilling.Past(trigger, **day)),
        "backfill, a book": lambda: backfilling.planned(backfilling.Past(trigger, book)),
        "backfill, all": lambda: backfilling.planned(backfilling.Past(trigger)),
    }


def plan_of(act: Callable[[], object]) -> list[str]:
    """How the database finds what the statements of an act ask for, each way once."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    asked = {re.sub(r"\d+", "", query["sql"]): query["sql"] for query in captured}
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN (COSTS OFF) "
    plans = []
    with connection.cursor() as cursor:
        for sql in asked.values():
            cursor.execute(explain + sql)
            plans.append("\n".join(f"    {row[-1]:.150}" for row in cursor.fetchall()))
    return plans


def build() -> None:
    """A million runs of a thousand books, 40 for each version, each with its completing event and
    one firing; a quarter started a run. Written by the database itself."""
    from django.db import connection, transaction

    from workflows.definitions import sync
    from workflows.models import WorkflowDefinition

    sync.sync()
    pinned = dict(WorkflowDefinition.objects.values_list("type", "pk"))
    words = {
        "moment": MOMENT[connection.vendor].format(f"{FIRST_SECOND} + r * {SECONDS_PER_RUN}"),
        "first": MOMENT[connection.vendor].format(FIRST_SECOND),
        "kinds": " ".join(f"WHEN {n} THEN {pinned[word]}" for n, word in enumerate(KINDS)),
        "digest": "CAST(1000000000000000000 + r AS varchar(19))",
    }
    postgresql = connection.vendor == "postgresql"
    with (
        connection.constraint_checks_disabled(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        if postgresql:
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table, count, columns, values in FILLED:
            counted = "WITH RECURSIVE n(r) AS (SELECT 1 UNION ALL SELECT r + 1 FROM n WHERE r < "
            source = f"{counted}{count})"
            if postgresql:
                source = f"WITH n AS (SELECT generate_series(1, {count}) AS r)"
            cursor.execute(
                f"INSERT INTO {table} ({columns}) {source} SELECT {values.format(**words)} FROM n"
            )
        if postgresql:
            for table, *_ in FILLED:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if postgresql else "ANALYZE")


KINDS = ("w1_editing", "w2_pdf", "w3_publication", "w4_playtesting")
FILLED = (
    (
        "books_book",
        BOOKS,
        "id, slug, title, book_type, source_path, status, created_at, updated_at",
        "r, 'book-' || r, 'Book ' || r, 'core', '/nowhere', 'editing', {first}, {first}",
    ),
    (
        "books_bookversion",
        RUNS // PER_VERSION,
        "id, book_id, number, rank, digest, created_at",
        f"r, 1 + r % {BOOKS}, '1.' || r || '.0', r, {{digest}}, {{first}}",
    ),
    (
        "workflows_workflowrun",
        RUNS,
        "id, public_id, definition_id, book_id, input_version_id, input_pinned, status, outcome, "
        "pause_reason, reason, current_step, current_agent, session_id, plan_id, parameters, "
        "cause, chain_depth, created_at, updated_at, started_at, finished_at",
        f"r, 'wfrun_' || {{digest}}, CASE r % 4 {{kinds}} END, "
        f"1 + (1 + (r - 1) / {PER_VERSION}) % {BOOKS}, 1 + (r - 1) / {PER_VERSION}, false, "
        "CASE WHEN r % 50 = 7 THEN 'failed' ELSE 'completed' END, "
        "CASE WHEN r % 50 = 7 THEN 'error' ELSE 'succeeded' END, "
        "'', '', '', '', '', '', '{{}}', 'manual', 0, {moment}, {moment}, {moment}, {moment}",
    ),
    (
        "events_event",
        RUNS,
        "id, run_id, event_type, agent, actor, payload, created_at",
        "r, r, CASE WHEN r % 50 = 7 THEN 'failed' ELSE 'completed' END, '', 'ada', '{{}}', "
        "{moment}",
    ),
    (
        "triggers_workflowtrigger",
        NAMES + 1,
        "id, name, source_workflow_type, target_workflow_type, trigger_condition, enabled, config",
        f"r, CASE WHEN r > {NAMES} THEN 'late' ELSE 'trigger-' || (r - 1) END, 'w1_editing', "
        f"'w2_pdf', 'on_complete', r > {NAMES}, '{{{{}}}}'",
    ),
    (
        "triggers_triggerfiring",
        RUNS,
        "id, trigger_id, terms, source_run_id, event_id, target_run_id, requested, "
        "joined_version_id, result, reason, actor, created_at",
        f"r, 'trigger-' || (r % {NAMES}), '{{{{}}}}', r, r, "
        f"CASE WHEN r % 4 = 0 AND r < {RUNS} THEN r + 1 END, false, "
        f"CASE WHEN r % {PER_VERSION} = 0 AND r < {RUNS} THEN r / {PER_VERSION} END, "
        f"CASE WHEN r % 4 = 0 AND r < {RUNS} THEN 'fired' WHEN r % 99999 = 1 THEN 'failed' "
        "ELSE 'skipped' END, '', 'ada', {moment}",
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
        from triggers.models import TriggerFiring

        if not TriggerFiring.objects.exists():
            build()
        show()


def show() -> None:
    for name, act in searches().items():
        act()
        print(f"{name:<44}{median(timed(act) for _ in range(5)) * 1000:9.1f} ms")
        print(*plan_of(act), sep="\n    and\n")
    print(HEAD)
    for one in rows():
        print(one)


if __name__ == "__main__":
    main(sys.argv[1])
