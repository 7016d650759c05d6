"""A server of an installation: `manage.py serve` in a process of its own, at a port of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, NamedTuple

from tests.installation import PROJECT, Installation

LONG = 120  # seconds after which a test that waits in vain fails
OPEN, ALL_READ = "01", "00000000:00000000"  # in /proc/net/tcp
Start = Callable[[int, IO[str]], "subprocess.Popen[str]"]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Served:
    """The process, what it says, and requests to it; each on a connection of its own."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONG)

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        with closing(self.connect()) as connection:
            connection.request(method, path, body, named)  # type: ignore[arg-type]
            response = connection.getresponse()
            known = {key.lower(): value for key, value in response.getheaders()}
            return Answer(response.status, known, response.read())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, float, str]:
        """The exit code, the seconds it took to end, and all it said."""
        began = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(LONG)
        return code, time.monotonic() - began, self.said()

    def said(self) -> str:
        return self.log.read_text()

    def wait(self, path: str = "/healthz") -> None:
        """Until it answers."""
        until(lambda: self.process.poll() is not None or self._answers(path), self.said)
        assert self.process.poll() is None, self.said()

    def wait_until_said(self, *words: str) -> None:
        """Until all of this is in its log. A request's line is written after its answer."""
        until(lambda: all(one in self.said() for one in words), self.said)

    def wait_until_taken(self, client: socket.socket) -> None:
        """Until it has taken in all that was sent on that connection."""
        until(lambda: taken(self.port, client.getsockname()[1]))

    def _answers(self, path: str) -> bool:
        try:
            self("GET", path)
        except ConnectionError:
            return False
        return True


def taken(port: int, client: int = 0) -> int:
    """How many connections to a server at that port (those from this port alone) are open and hold
    nothing that it has not read. As the system tells it."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    mine = [row for row in rows if (_port(row[1]), row[3], row[4]) == (port, OPEN, ALL_READ)]
    return sum(client in (0, _port(row[2])) for row in mine)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)


def until(true: Callable[[], Any], why: Callable[[], object] = lambda: "") -> None:
    """Wait until it is true."""
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, f"waited in vain; {why()}"
        time.sleep(0.02)


@contextmanager
def held_port() -> Iterator[int]:
    """A port that nobody is given meanwhile who asks for any, also while no server listens there.
    One that lets others share its port, as those of the tests do, can."""
    with socket.socket() as holder:
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            holder.setsockopt(socket.SOL_SOCKET, option, 1)
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


@contextmanager
def serving(site: Installation, *options: object) -> Iterator[Served]:
    with _served(lambda at, log: site.start("serve", "--port", at, *options, stderr=log)) as server:
        server.wait()
        yield server


@contextmanager
def serving_endless(**env: str) -> Iterator[Served]:
    """The application of `endless.py`."""
    program = [sys.executable, "-m", "tests.endless"]
    with _served(
        lambda at, log: subprocess.Popen(
            [*program, str(at)], cwd=PROJECT, env={**os.environ, **env}, stderr=log, text=True
        )
    ) as server:
        server.wait("/now")
        yield server


@contextmanager
def _served(start: Start) -> Iterator[Served]:
    """What `start` starts, at a port and with a file for what it says. At the end it is gone."""
    with held_port() as port, NamedTemporaryFile("a") as log, start(port, log) as process:
        try:
            yield Served(process, port, Path(log.name))
        finally:
            process.terminate()
            _gone(process)


def _gone(process: "subprocess.Popen[str]") -> None:
    try:
        process.wait(LONG)
    finally:
        process.kill()
