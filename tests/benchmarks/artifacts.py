"""What it costs to find artifacts among a million.

`python tests/benchmarks/artifacts.py URL` measures on that database and builds the million there
where it is empty: `sqlite:////tmp/million.sqlite3`, `postgres://postgres@127.0.0.1:5432/million`.

Each search is compared with the very SQL it sends, by a bare cursor that fetches the same columns.
What Django itself costs is measured where there is nearly nothing to search in: 560 artifacts, on
a database of the same kind. There the same search answers as many rows, and what it takes longer
than its own bare SQL is Django's: putting the query together, and making a model of each row. A
search among a million should take at most 1.5 times its bare SQL and what is Django's.
"""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.million import build
from tests.benchmarks.row import HEAD, Row, timed

ROUNDS, PAGE, MOST = 200, 50, 1.5
FEW = {"runs": 28, "books": 1}
Asking = Callable[[Any, int], Any]
"""From the artifacts of a database and the number of the round to what is asked for."""


def rows(url: str) -> Iterator[Row]:
    """Each search by itself, and with the names of what its rows refer to, as lists show them; in
    brackets the milliseconds of the bare SQL and of Django. Needs a migrated default database."""
    many, few = prepared("many", url), prepared("few", few_beside(url), **FEW)
    try:
        for name, asking in asked().items():
            yield row(name, asking, many, few)
            yield row(f"{name}, named", named(asking), many, few)
    finally:
        drop(few)


def asked() -> dict[str, Asking]:
    return {
        "latest of book and type": lambda all_, n: chapters(all_, n, latest=True),
        "run": lambda all_, n: matching(all_, run=run(all_, n)),
        "book and type": chapters,
        "book and type, last page": lambda all_, n: chapters(all_, n).older_than(
            near_the_end(all_, n)
        ),
        "all, page 10,000": lambda all_, _: matching(all_).older_than(in_the_middle(all_)),
    }


def matching(artifacts: Any, **words: Any) -> Any:
    from artifacts.models import Search

    return artifacts.matching(Search(**words))


def chapters(artifacts: Any, round_: int, **words: Any) -> Any:
    return matching(artifacts, book=book(artifacts, round_), artifact_type="chapter", **words)


KEPT: dict[Any, Any] = {}


def kept(key: Any, get: Callable[[], Any]) -> Any:
    """What a search is asked with is read before, and not timed."""
    if key not in KEPT:
        KEPT[key] = get()
    return KEPT[key]


def book(artifacts: Any, round_: int) -> Any:
    from books.models import Book

    books = kept((artifacts.db, "books"), lambda: list(Book.objects.using(artifacts.db)))
    return books[round_ * 37 % len(books)]


def run(artifacts: Any, round_: int) -> Any:
    from workflows.models import WorkflowRun

    runs = WorkflowRun.objects.using(artifacts.db).order_by("pk")
    count = kept((artifacts.db, "runs"), runs.count)
    return kept((artifacts.db, "run", round_), lambda: runs[round_ * 4001 % count])


def near_the_end(artifacts: Any, round_: int) -> Any:
    """What the last full page of a book's chapters follows."""
    oldest = chapters(artifacts, round_).reverse()
    return kept((artifacts.db, "end", book(artifacts, round_).pk), lambda: oldest[PAGE])


def in_the_middle(artifacts: Any) -> Any:
    """The last of page 9,999, of fewer pages the one that leaves a page."""

    def find() -> Any:
        return matching(artifacts)[min(PAGE * 9_999, artifacts.count() - PAGE) - 1]

    return kept((artifacts.db, "middle"), find)


def named(asking: Asking) -> Asking:
    return lambda artifacts, round_: asking(artifacts.for_json(), round_)


def row(name: str, asking: Asking, many: str, few: str) -> Row:
    """Asked in turns, now of the one first and then of the other, so that what else the machine
    does, and what it still has at hand, falls on both alike."""
    taken: dict[str, list[tuple[float, float]]] = {many: [], few: []}
    for n in range(ROUNDS):
        for alias in (many, few)[:: 1 if n % 2 else -1]:
            taken[alias].append(both(asking, alias, n))
    (found, bare), (little, little_bare) = (
        [median(times) for times in zip(*taken[alias], strict=True)] for alias in (many, few)
    )
    django = little - little_bare
    return Row(f"{name} ({bare * 1000:.2f}, {django * 1000:.2f})", found, MOST * bare + django, 1)


def both(asking: Asking, alias: str, round_: int) -> tuple[float, float]:
    """Seconds of the search as models, and of its bare SQL. Before either fetches its rows they
    were fetched once, and a query was put together since."""
    from django.db import connections

    from artifacts.models import Artifact

    artifacts = Artifact.objects.using(alias)
    search = lambda: list(asking(artifacts, round_)[:PAGE])  # noqa: E731
    search()
    sql, params = asking(artifacts, round_)[:PAGE].query.get_compiler(alias).as_sql()

    def bare() -> None:
        with connections[alias].cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()

    by_itself = timed(bare)
    return timed(search), by_itself


def prepared(alias: str, url: str, **size: int) -> str:
    """A database with artifacts, under that alias."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from environ import Env

    from artifacts.models import Artifact
    from workflows.definitions import sync
    from workflows.models import WorkflowDefinition

    wanted = Env.db_url_config(url)
    options = settings.DATABASE_OPTIONS.get(wanted["ENGINE"], {})
    connections.databases[alias] = {
        **connections.databases["default"],
        **wanted,
        "OPTIONS": options,
    }
    call_command("migrate", database=alias, verbosity=0)
    if not Artifact.objects.using(alias).exists():
        sync.sync()
        WorkflowDefinition.objects.using(alias).bulk_create(WorkflowDefinition.objects.all())
        build(connections[alias], **size)
    return alias


def few_beside(url: str) -> str:
    """A new database of the same kind: its URL."""
    if not url.startswith("postgres"):
        return f"{url}.few"
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bindery_few WITH (FORCE)")
        connection.execute("CREATE DATABASE bindery_few")
    return url.rsplit("/", 1)[0] + "/bindery_few"


def drop(alias: str) -> None:
    from django.db import connections

    connection = connections[alias]
    connection.close()
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        Path(name).unlink()
        return
    connection.close_pool()
    with connections["many"].cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def main(url: str) -> None:
    import django
    from django.core.management import call_command

    from tests.benchmarks.run import use

    with tempfile.TemporaryDirectory(prefix="bindery-benchmarks-") as folder:
        use(Path(folder))
        django.setup()
        call_command("migrate", verbosity=0)
        print(HEAD)
        for one in rows(url):
            print(one)


if __name__ == "__main__":
    main(sys.argv[1])
