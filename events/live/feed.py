"""One reader of the log for all listeners of a process."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from events.live.reading import FAILURES, catch_up, in_thread, look, one_line
from events.live.recent import Recent
from events.live.wanted import Told, Wanted
from events.log.horizon import Horizon

POLL_SECONDS = 0.05
CATCHING_UP, CATCHING_UP_SECONDS = 2, 0.01
"""So many listeners at once read what is long past, with pauses: those who are with the log go
before."""

logger = logging.getLogger(__name__)


class Feed:
    """Looks at the log for as long as there are listeners, and wakes them when there is more.

    Listeners keep their own position and come for what follows it, so that nothing is queued for
    one who is slow. Where the database fails the feed is `over`, and with it every listener.
    """

    def __init__(self) -> None:
        self.over = False
        self.listeners = 0
        self.recent = Recent()
        self._more: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._catching_up = asyncio.Semaphore(CATCHING_UP)
        self._thread = ThreadPoolExecutor(1, "events-feed")
        self._task = asyncio.create_task(self._follow())

    async def after(self, position: int, wanted: Wanted) -> tuple[list[Told], int]:
        """What is wanted above a position, so many at once; and the position then."""
        if self.recent.covers(position):
            return self.recent.after(position, wanted)
        async with self._catching_up:
            told, position = await in_thread(catch_up, wanted, position, self.recent.settled)
            if told:
                await asyncio.sleep(CATCHING_UP_SECONDS)
        return told, position

    async def more(self, position: int, seconds: float) -> None:
        """Wait until there is more than that position, or the feed is over, or for so long."""
        if position >= self.recent.settled and not self.over:
            await asyncio.wait([self._more], timeout=max(seconds, 0))

    def stop(self) -> None:
        self.over = True
        self._task.cancel()

    async def _follow(self) -> None:
        try:
            horizon = Horizon()
            self.recent = Recent(await in_thread(horizon.advance, executor=self._thread))
            self._wake()
            while not self.over:  # asked too: `wait_for` may lose a cancellation (Python 3.11)
                after = self.recent.settled
                told, upto = await in_thread(look, horizon, after, executor=self._thread)
                if upto > after:
                    self.recent.put(told, upto)
                    self._wake()
                await asyncio.sleep(0 if upto < horizon.settled else POLL_SECONDS)
        except FAILURES as error:
            logger.warning("the log of events cannot be followed: %s", one_line(error))
        finally:
            self.over = True
            self._thread.shutdown(wait=False)
            self._wake()

    def _wake(self) -> None:
        woken, self._more = self._more, asyncio.get_running_loop().create_future()
        woken.set_result(None)


_feeds: dict[asyncio.AbstractEventLoop, Feed] = {}


def listeners() -> int:
    """How many this process has."""
    return sum(feed.listeners for feed in tuple(_feeds.values()))


def settled() -> int:
    """How far this process has followed the log, which is nearer to now than a new reader may come
    while an act stays uncommitted; 0 where nobody listens."""
    return max((feed.recent.settled for feed in tuple(_feeds.values())), default=0)


@asynccontextmanager
async def joined() -> AsyncIterator[Feed]:
    """The feed of this event loop, begun by its first listener; the last one to go stops it."""
    loop = asyncio.get_running_loop()
    feed = _feeds.get(loop)
    if feed is None or feed.over:
        feed = _feeds[loop] = Feed()
    feed.listeners += 1
    try:
        yield feed
    finally:
        feed.listeners -= 1
        if not feed.listeners:
            feed.stop()
            if _feeds.get(loop) is feed:
                del _feeds[loop]
