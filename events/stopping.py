"""What SIGTERM and SIGINT do to a process that works until it is told to stop."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set, where signals can be had: in the main thread."""
    stop = threading.Event()
    with _handled_by(lambda *_: stop.set()):
        yield stop


@contextmanager
def interrupted() -> Iterator[None]:
    """SIGTERM and SIGINT raise KeyboardInterrupt, once, wherever the process is: even where it
    waits for somebody to read what it writes."""

    def interrupt(*_: Any) -> None:
        for name in SIGNALS:
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    with _handled_by(interrupt):
        yield


@contextmanager
def _handled_by(handler: Callable[..., None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [signal.signal(name, handler) for name in SIGNALS]
    try:
        yield
    finally:
        for name, earlier in zip(SIGNALS, before, strict=True):
            signal.signal(name, earlier)
