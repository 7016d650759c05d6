"""What it costs to take a large file in, against hashing it and copying it."""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import os
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.row import MANAGE, Row, process, timed

SIZE = 100_000_000
IN_TURNS = 7
Act = Callable[[], object]


def rows(data: Path) -> Iterator[Row]:
    """In turns. What is kept is flushed to the disk, which `cp` alone does not do. Needs a
    migrated database, and programs `sha256sum`, `cp` and `sync`."""
    from artifacts import store
    from tests.factories import book_of, started

    large, copy, run = data / "large.html", data / "copy", started(book_of(1)).public_id
    large.write_text(f"<p>{os.urandom(SIZE // 2).hex()}")
    acts: dict[str, Act] = {
        "new": lambda: _keep(large),
        "again": lambda: _keep(large),
        "plain": lambda: _plain(large, copy),
        "flushed": lambda: (_plain(large, copy), process("sync", str(copy))),
        "read": lambda: store.hashed(kept.digest),
    }
    kept = _keep(large)
    command = [*MANAGE, "artifact_register", run, "--type=print_html", "--file", str(large)]
    acts |= {
        "command": lambda: process(*command),
        "no file": lambda: process(*command[:-1], str(_small(data))),
    }
    taken = dict(_medians(acts))
    yield Row("100 MB kept, against sha256sum and cp", taken["new"], taken["plain"], 1.3)
    yield Row("the same, against both and sync", taken["new"], taken["flushed"], 1.3)
    yield Row("100 MB kept again", taken["again"], taken["plain"], 1.3)
    yield Row("100 MB read and verified", taken["read"], taken["plain"], 1.3)
    own = taken["command"] - taken["no file"]
    yield Row("artifact_register of 100 MB, but for its start", own, taken["plain"], 1.3)
    yield Row("memory to keep 100 MB", _peak(lambda: _keep(large)), None, 40, unit="MB")


def _medians(acts: dict[str, Act]) -> Iterator[tuple[str, float]]:
    """Of times taken in turns, each from an empty store and no copy."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(IN_TURNS):
        _empty_store()
        for name, act in acts.items():
            times[name].append(timed(act))
            if name == "read":
                _empty_store()
    return ((name, median(taken)) for name, taken in times.items())


def _keep(file: Path) -> "store.Kept":  # noqa: F821
    from artifacts import store

    with file.open("rb") as content:
        return store.keep_file(content)


def _plain(file: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    for command in (["sha256sum", str(file)], ["cp", str(file), str(copy)]):
        subprocess.run(command, check=True, capture_output=True)


def _small(data: Path) -> Path:
    small = data / "small.html"
    small.write_text("<p>")
    return small


def _empty_store() -> None:
    from django.core.files.storage import default_storage

    shutil.rmtree(default_storage.path(""), ignore_errors=True)


def _peak(act: Act) -> float:
    """The most megabytes that Python held at once beyond what it held before."""
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1] / 1_000_000
    tracemalloc.stop()
    return peak
