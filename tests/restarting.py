"""A server of an installation that is killed, and started again at the same port. It stays its own
meanwhile."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.installation import MANAGE, Installation
from tests.served import Served, held_port


class WebServer:
    """`manage.py serve`, with one process that answers; under more variables than the site's."""

    def __init__(self, site: Installation, port: int, **more: str) -> None:
        self.site, self.env, self.port = site, {**site.env, **more}, port
        self.log = site.data / "serve.log"
        self.restart()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def status(self, name: str) -> int:
        """Of the process that answers, as the system tells it: `Threads`, `VmRSS` in kB."""
        return int(Path(f"/proc/{self._worker}/status").read_text().split(f"{name}:")[1].split()[0])

    @property
    def _worker(self) -> int:
        parent = self.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        [worker] = [n for n in children if b"spawn_main" in Path(f"/proc/{n}/cmdline").read_bytes()]
        return int(worker)

    def kill(self) -> None:
        """All of its processes at once."""
        with suppress(ProcessLookupError):  # it may have died by itself
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        self.begin()
        Served(self.process, self.port, self.log).wait()

    def begin(self) -> None:
        """It will answer, if it lives that long."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(MANAGE), "serve", "--port", str(self.port)],
                env=self.env,
                stderr=log,
                text=True,
                start_new_session=True,
            )


@contextmanager
def restarting(site: Installation) -> Iterator[WebServer]:
    with held_port() as port:
        server = WebServer(site, port)
        try:
            yield server
        finally:
            server.kill()
