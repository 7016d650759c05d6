"""Ratios measured within one run, as a table: `python tests/benchmarks/run.py`.

Nothing is asserted. What is measured and against what: docs/developers/benchmarks.md.
"""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import artifacts, documents, redlines, rejections, storing, triggers
from tests.benchmarks.row import HEAD, MANAGE, RAZORWEAVE, ROOT, Row, process, timed

BARE = [sys.executable, "-c", "import django; django.setup()"]
IN_PROCESS, PROCESSES = 5, 11


def main() -> None:
    import django
    from django.core.management import call_command

    with tempfile.TemporaryDirectory(prefix="bindery-benchmarks-") as folder:
        data = Path(folder)
        use(data / "installation")
        rows = [quickstart(data), status(data)]
        django.setup()
        call_command("migrate", verbosity=0)
        if RAZORWEAVE.is_dir():
            rows += [*registry(data), *documents.rows(data), *redlines.rows()]
        else:
            print(f"skipped: all that needs the manuscripts in {RAZORWEAVE}")
        rows += [*rejections.rows(), *triggers.rows(), *storing.rows(data)]
        rows += artifacts.rows(f"sqlite:///{data / 'million.sqlite3'}")
    print(HEAD)
    for row in rows:
        print(row)


def use(data: Path) -> None:
    """An installation in `data`, for this process and those it starts."""
    os.environ["BINDERY_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ.pop("DATABASE_URL", None)


def quickstart(data: Path) -> Row:
    fresh = str(data / "fresh")
    seconds = process(*MANAGE, "quickstart", env={"BINDERY_DATA": fresh})
    return Row("quickstart, fresh data directory", seconds, None, 30)


def status(data: Path) -> Row:
    """Both in turns, so that what else the machine does falls on both alike."""
    env = {"BINDERY_DATA": str(data / "fresh")}
    listed = subprocess.run(
        [*MANAGE, "workflow_list", "--json"],
        env={**os.environ, **env},
        check=True,
        capture_output=True,
        text=True,
    )
    run = listed.stdout.split('"id": "', 1)[1].split('"', 1)[0]
    pairs = [
        (process(*MANAGE, "workflow_status", run, "--json", env=env), process(*BARE, env=env))
        for _ in range(PROCESSES)
    ]
    told, bare = (median(times) for times in zip(*pairs, strict=True))
    return Row("workflow_status, against django.setup()", told, bare, 1.3)


def registry(data: Path) -> list[Row]:
    files = chapters_of("1.3.0")
    hashed = median(timed(lambda: hash_all(files)) for _ in range(IN_PROCESS))
    copy = data / "chapters"
    shutil.copytree(files, copy)
    rows = [
        Row("register, against reading and hashing", median(registering(copy)), hashed, 3),
        Row("snapshot, nothing changed", median(unchanged()), hashed, 3),
        Row("snapshot, one chapter changed", median(changed(copy)), hashed, 3),
    ]
    return [*rows, difference()]


def chapters_of(number: str) -> Path:
    return RAZORWEAVE / number / "chapters"


def hash_all(folder: Path) -> int:
    """What any registry has to do at the least."""
    digests = {hashlib.sha256(f.read_bytes()).digest() for f in folder.rglob("*") if f.is_file()}
    return len(digests)


def registering(folder: Path) -> list[float]:
    """Each time into an empty registry, so that every text is stored anew."""
    from books import registry
    from books.models import Book, Text

    times = []
    for _ in range(IN_PROCESS):
        Book.objects.all().delete()
        Text.objects.all().delete()
        times.append(
            timed(lambda: registry.register(slug="book", title="Razorweave", source=folder))
        )
    return times


def unchanged() -> list[float]:
    from books import registry
    from books.models import Book

    book = Book.objects.named("book")
    return [timed(lambda: registry.snapshot(book)) for _ in range(IN_PROCESS)]


def changed(folder: Path) -> list[float]:
    from books import registry
    from books.models import Book

    book = Book.objects.named("book")
    chapter = sorted(folder.rglob("*.md"))[0]
    times = []
    for number in range(IN_PROCESS):
        chapter.write_text(chapter.read_text() + f"\nOne more line, number {number}.\n")
        times.append(timed(lambda: registry.snapshot(book)))
    return times


def difference() -> Row:
    from books import registry

    book = registry.register(
        slug="diff", title="Razorweave", source=chapters_of("1.2.0"), number="1.2.0"
    )
    registry.amend(book, source=chapters_of("1.3.0"))
    registry.snapshot(book, number="1.3.0")
    seconds = median(
        process(*MANAGE, "book_diff", "diff", "--from", "1.2.0", "--to", "1.3.0", "--json")
        for _ in range(IN_PROCESS)
    )
    return Row("book_diff 1.2.0 to 1.3.0", seconds, None, 2)


if __name__ == "__main__":
    main()
