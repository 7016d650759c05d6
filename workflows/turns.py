"""Writers of one process wait for one another in turn.

SQLite lets one write at a time. Who finds it busy sleeps for a while and tries again, so that of
many the unlucky wait for ever: with fifty agents at one server some claims took twenty seconds
while others took one. Between processes that is so still; there are few of them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_turn = threading.RLock()


@contextmanager
def in_turn() -> Iterator[None]:
    """Held around a transaction, and around what is looked up for one, so that it still holds when
    it is written. Where a transaction is open already its thread is the writer."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _turn:
        yield
