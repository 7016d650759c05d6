"""Sending what is due, several at once.

Threads do nothing but send; the rows are asked and written by the thread that called. So one slow
receiver holds up neither the others nor the database.
"""

import logging
import threading
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.db import connection

from events.webhooks.claiming import Held, anything_due, take
from events.webhooks.ending import record
from events.webhooks.letters import letter
from events.webhooks.sending import Attempt
from workflows.errors import LostRace

AT_ONCE = 32
LOOK_SECONDS = 0.5
"""How often it looks for what has become due while something is under way."""
SWEEP_SECONDS = 60.0
log = logging.getLogger(__name__)


def deliver(stop: threading.Event | None = None) -> int:
    """Send what is due until nothing is, for about a minute at most; answers how many were
    delivered. After `stop` it ends what is under way and begins nothing."""
    end, delivered = time.monotonic() + SWEEP_SECONDS, 0
    with ThreadPoolExecutor(AT_ONCE, "webhook") as pool:
        out: dict[Future[Attempt], Held] = {}
        while True:
            taken = None
            if time.monotonic() < end and not (stop and stop.is_set()):
                taken = take(AT_ONCE - len(out), Counter(held.endpoint.pk for held in out.values()))
                out |= {pool.submit(letter(held)): held for held in taken or ()}
            if not out and taken is None:
                return delivered
            if not taken:
                done, _ = wait(out, LOOK_SECONDS, FIRST_COMPLETED)
                delivered += sum(_recorded(out.pop(future), future.result()) for future in done)


def _recorded(held: Held, attempt: Attempt) -> bool:
    """What cannot be written down is sent again when the lease has run out."""
    try:
        return record(held, attempt)
    except LostRace as refusal:
        log.warning("%s: %s", held.delivery, refusal)
        return False


class Courier:
    """Delivers beside a worker's steps, in a thread that is there from the first due delivery on.

    A context; at its end it waits for what is under way.
    """

    def __init__(self, poll_seconds: float) -> None:
        self._poll_seconds = poll_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Courier":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    def wake(self) -> int:
        """See to it that what is due is delivered; what came of it is not waited for."""
        if not (self._thread and self._thread.is_alive()) and anything_due():
            self._thread = threading.Thread(target=self._deliver, name="courier")
            self._thread.start()
        return 0

    def _deliver(self) -> None:
        try:
            while not self._stop.is_set():
                deliver(self._stop)
                self._stop.wait(self._poll_seconds)
        except Exception:  # the worker goes on, and wakes another
            log.exception("delivering webhooks was broken off")
        finally:
            connection.close()
