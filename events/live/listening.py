"""One listener: from where it was to where the log is, then along with it."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from books.api.waiting import let_thread_go
from events.live import wire
from events.live.feed import joined
from events.live.reading import FAILURES, in_thread, one_line
from events.live.wanted import Wanted

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listener:
    """Who listens for what, from which position; `allowed` asks the database whether it still
    may."""

    wanted: Wanted
    position: int
    allowed: Callable[[], bool]


async def listen(listener: Listener) -> AsyncIterator[bytes]:
    """What goes over the wire, until the listener goes or may not listen any more, or the database
    fails. It is then for the client to come again, with the last id it has."""
    clock, position = asyncio.get_running_loop().time, listener.position
    due = clock() + heartbeat_seconds()
    await let_thread_go()
    yield wire.opening(position)
    with failure_in_one_line():
        async with joined() as feed:
            while not feed.over:
                told, position = await feed.after(position, listener.wanted)
                if told:
                    yield b"".join(event.text for event in told)
                else:
                    await feed.more(position, due - clock())
                if clock() >= due:
                    if not await in_thread(listener.allowed):
                        return
                    yield wire.heartbeat(position)
                    due = clock() + heartbeat_seconds()


@contextmanager
def failure_in_one_line() -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        logger.warning("a stream of events ends: %s", one_line(error))


def heartbeat_seconds() -> float:
    """Not for all at the same moment, although they came at the same moment."""
    most: int = settings.BINDERY_STREAM_HEARTBEAT_SECONDS
    return most * random.uniform(0.5, 1)  # noqa: S311 (no secret)
