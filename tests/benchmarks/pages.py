"""What a page costs in one installation, and beside another."""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.benchmarks.row import Row

ROUNDS, LIMIT = 9, 3
MOST_QUERIES, MOST_BYTES = 20, 150_000


class Cost(NamedTuple):
    seconds: float
    queries: int
    size: int


def cost(ask: Callable[[], Any]) -> Cost:
    """Of the quickest of some rounds, since what else the machine does is not the page's; one
    before them is not counted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    answer = ask()
    assert answer.status_code == 200, answer.content[:400]
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    queries = len(captured)  # which the next request forgets
    return Cost(min(spent(ask) for _ in range(ROUNDS)), queries, len(answer.content))


def spent(act: Callable[[], object]) -> float:
    """Seconds of this process, and those that it waits for a database that is another."""
    from django.db import connection

    waited = [0.0]

    def waiting(execute: Any, *said: Any) -> Any:
        begun, own = time.perf_counter(), time.process_time()
        try:
            return execute(*said)
        finally:
            idle = (time.perf_counter() - begun) - (time.process_time() - own)
            waited[0] += idle if connection.vendor == "postgresql" else 0

    begun = time.process_time()
    with connection.execute_wrapper(waiting):
        act()
    return time.process_time() - begun + waited[0]


def told(many: Mapping[str, Any], few: Mapping[str, Any]) -> Iterator[str]:
    """A line for each page, as the two processes that measured it wrote it down."""
    for name, (seconds, queries, size) in many.items():
        within = queries <= MOST_QUERIES and size <= MOST_BYTES
        more = f"{queries:4} queries {size / 1000:6.1f} kB"
        yield f"{Row(name, seconds, few[name][0], LIMIT)} {more}{'' if within else '   NO'}"
