"""A line of the benchmarks' table, and how times are taken."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SHARED = (ROOT / "../shared").resolve()
RAZORWEAVE = SHARED / "manuscripts" / "razorweave"
RECORDED_RUNS = SHARED / "runs"
MANAGE = [sys.executable, str(ROOT / "manage.py")]
HEAD = f"\n{'':<44}{'ms':>9}{'base ms':>9}{'value':>11}{'target':>11}   within"


class Row(NamedTuple):
    """`measured` and `base` are seconds, and `limit` a ratio of the two where there is a base;
    else `limit` is in the unit of `measured`."""

    name: str
    measured: float
    base: float | None
    limit: float
    unit: str = "s"

    def __str__(self) -> str:
        value = self.measured / self.base if self.base else self.measured
        times = [one * 1000 if one and self.unit == "s" else None for one in self[1:3]]
        shown = "".join(f"{one:9.1f}" if one else " " * 9 for one in times)
        unit = "x " if self.base else f"{self.unit:2}"
        within = "yes" if value <= self.limit else "NO"
        return f"{self.name:<44}{shown}{value:9.3g} {unit}{self.limit:8.3g} {unit}   {within}"


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def process(*command: str, env: dict[str, str] | None = None) -> float:
    """Wall time of a process that must succeed."""
    whole = {**os.environ, **(env or {})}
    run = lambda: subprocess.run(command, env=whole, check=True, capture_output=True)  # noqa: E731
    return timed(run)
