"""Starting the server: granian, with processes that know when to leave."""

import logging
import multiprocessing
import os
import socket
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from config.serving.leaving import LEAVE

BINDERY = "config.asgi:application"
KILL_SECONDS = 8  # for what is still open after leaving.GRACE_SECONDS
REQUEST_LINE = "%(method)s %(path)s %(status)d %(dt_ms).0f ms"  # no query: it may hold secrets
LOGGING: dict[str, Any] = {
    "formatters": {
        "line": {"format": "{asctime} {levelname} {message}", "style": "{"},
        "request": {
            "()": "config.serving.running.OneLine",
            "format": "{asctime} {message}",
            "style": "{",
        },
    },
    "handlers": {
        "server": {"class": "logging.StreamHandler", "formatter": "line"},
        "requests": {"class": "logging.StreamHandler", "formatter": "request"},
    },
    "loggers": {
        "_granian": {"handlers": ["server"], "level": "WARNING", "propagate": False},
        "granian.access": {"handlers": ["requests"], "level": "INFO", "propagate": False},
    },
}


class OneLine(logging.Formatter):
    """A request is one line, whatever its path decodes to."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


class _Leaving(MPServer):
    def shutdown(self, exit_code: int = 0) -> None:
        for process in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(process.inner.pid, LEAVE)
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]


def address_of(host: str, port: int) -> str:
    """The numeric address of a host that nothing listens to at that port. Raises OSError.

    granian shares its port with any other server that would: it has to be asked beforehand.
    """
    family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)
    return str(place[0])


def run(address: str, port: int, workers: int, application: str = BINDERY) -> None:
    """Serve until SIGTERM or SIGINT. Raises SystemExit when a process cannot go on."""
    with TemporaryDirectory(prefix="bindery-metrics-") as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared  # where all processes add up their times
        _run(address, port, workers, application)


def _run(address: str, port: int, workers: int, application: str) -> None:
    # Begun anew: a copy of this process would share its connections to the database.
    multiprocessing.set_start_method("spawn", force=True)
    server = _Leaving(
        application,
        address=address,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
        log_access=True,
        log_access_format=REQUEST_LINE,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
    )
    server.serve()
