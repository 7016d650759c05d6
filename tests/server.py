"""A server of an installation, in a process of its own that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.installation import PROJECT, Installation

LONG = 60  # seconds after which a server that does not begin has failed


class WebServer:
    """One worker. It keeps its port when it is started again."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.port = free_port()
        self.process = self._started()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def worker(self) -> int:
        """The number of the process that answers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0])

    def status(self, name: str) -> int:
        """Of the process that answers, as the system tells it: `Threads`, `VmRSS` in kB."""
        return int(Path(f"/proc/{self.worker}/status").read_text().split(f"{name}:")[1].split()[0])

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--no-log"]
        command += ["--port", str(self.port), "config.asgi:application"]
        process = subprocess.Popen(command, env=self.env, cwd=PROJECT, start_new_session=True)
        end = time.monotonic() + LONG
        while not answers(self.port):
            assert process.poll() is None, "the server did not start"
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.05)
        return process


@contextmanager
def serving(site: Installation) -> Iterator[WebServer]:
    server = WebServer(site.env)
    try:
        yield server
    finally:
        server.kill()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as one:
        one.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        return bool(one.recv(1))
    return False
