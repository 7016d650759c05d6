"""A command that prints as it goes, for as long as somebody reads."""

import select
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.core.management.base import OutputWrapper

from books.management import tables
from events.management.base import EventsCommand
from events.stopping import interrupted


class Following(EventsCommand):
    """A command whose `act` answers one noun after the other: each is printed, a line of its own,
    as it comes. A signal or a closed pipe ends it quietly."""

    def say(self, answer: Iterable[dict[str, Any]], *, as_json: bool) -> None:
        with suppress(BrokenPipeError, KeyboardInterrupt), interrupted():
            for noun in answer:
                super().say(noun, as_json=as_json)
                self.stdout.flush()

    def text(self, answer: dict[str, Any]) -> str:
        return "  ".join(tables.cell(answer[column]) for column in self.columns)


class Audience:
    """Whoever reads what a command prints; a `Stop` that comes when a pipe is closed at the
    other end, which writing alone would tell only at the next line."""

    def __init__(self, output: OutputWrapper) -> None:
        self._poll: select.poll | None = None
        if (number := file_number(output)) is not None:
            self._poll = select.poll()
            self._poll.register(number, 0)  # errors and hang-ups are told of in any case

    def wait(self, timeout: float, /) -> bool:
        """Wait so many seconds, or until nobody reads any more; whether that is so."""
        if self._poll is None:
            time.sleep(timeout)
            return False
        return bool(self._poll.poll(timeout * 1000))


def file_number(output: OutputWrapper) -> int | None:
    """None for what is no file of the system, such as a StringIO."""
    with suppress(OSError):
        return int(output.fileno())
    return None
