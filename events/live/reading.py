"""Asking the log from within an event loop: in threads, and no connection is kept between."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from django.db import Error, connections
from django.db.models import Max

from events.live.recent import BATCH, at_once
from events.live.wanted import Told, Wanted
from events.log.horizon import Horizon
from events.models import Event
from workflows.errors import InvalidInput

ANSWER_SECONDS = 10  # after which a database that does not answer counts as gone
PATIENCE_SECONDS = 1.0
ROWS = 10
WINDOW = 50_000  # ids that one query looks through for what a filter lets by

FAILURES = (Error, TimeoutError)
"""What asking the log may raise where nobody is to blame who listens."""

Answer = TypeVar("Answer")


async def in_thread(
    ask: Callable[..., Answer], *args: object, executor: Executor | None = None
) -> Answer:
    """What `ask` answers. Raises TimeoutError where that takes too long."""
    loop = asyncio.get_running_loop()
    asked = loop.run_in_executor(executor, _letting_go, ask, *args)
    return await asyncio.wait_for(asked, ANSWER_SECONDS)


def _letting_go(ask: Callable[..., Answer], *args: object) -> Answer:
    try:
        return ask(*args)
    finally:
        connections.close_all()


def one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def now() -> int:
    """The position from which all is new; behind a gap that stays, a little before."""
    return Horizon().advance_within(PATIENCE_SECONDS)


def checked(position: int) -> int:
    """Raises InvalidInput for one beyond the log: of another database, or of one that was lost.
    Its events would be passed over in silence."""
    highest = Event.objects.aggregate(top=Max("pk"))["top"] or 0
    if position > highest:
        raise InvalidInput(f"no event {position} yet; the last is {highest}")
    return position


def look(horizon: Horizon, after: int) -> tuple[list[Told], int]:
    """What has come since, so much at once, and up to where."""
    upto = horizon.advance()
    return batch(Wanted(), after, upto) if upto > after else ([], after)


def catch_up(wanted: Wanted, after: int, upto: int) -> tuple[list[Told], int]:
    """What is wanted of the next ids, so much at once, and up to where. A bounded piece of work,
    however long the log is and however little of it is wanted."""
    return batch(wanted, after, min(upto, after + WINDOW))


def batch(wanted: Wanted, after: int, upto: int) -> tuple[list[Told], int]:
    """Rows come few by few: a hundred may be far larger than what is told at once."""
    rows = wanted.rows().between(after, upto)[:BATCH]
    told, full = at_once(map(Told.of, rows.iterator(chunk_size=ROWS)))
    return told, told[-1].id if full else upto
