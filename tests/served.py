"""A server of an installation: `manage.py serve` in a process of its own, at a free port."""

import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from tests.installation import Installation

START_SECONDS, STOP_SECONDS = 30, 20


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Served:
    """The process, and requests to it; each on a connection of its own."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process, self.port = process, port

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=STOP_SECONDS)

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
        _, errors = self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode, time.monotonic() - began, errors

    def wait(self, path: str = "/healthz") -> None:
        """Until it answers."""
        end = time.monotonic() + START_SECONDS
        while self.process.poll() is None:
            try:
                self("GET", path)
            except ConnectionError:
                assert time.monotonic() < end, "the server did not start"
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.process.communicate()[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(site: Installation, *options: object) -> Iterator[Served]:
    port = free_port()
    process = site.start("serve", "--port", port, *options)
    served = Served(process, port)
    try:
        served.wait()
        yield served
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=STOP_SECONDS)
