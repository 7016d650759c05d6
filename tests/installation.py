"""A whole installation of its own, used as a person uses it: by what `manage.py` does."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO, Any, TypeVar

from tests.serving import Ended, Server

PROJECT = Path(__file__).parents[1]
MANAGE = PROJECT / "manage.py"
Kind = TypeVar("Kind", bound="Installation")


class Refused(Exception):
    """A command ended with exit code 1 and one line on stderr."""


class Installation:
    """A data directory and a database; every call is a process, forked from one that knows the
    product already, or started anew where it runs beside others."""

    def __init__(self, data: Path, database_url: str = "") -> None:
        self.data = data
        self._server: Server | None = None
        self._free = Lock()
        self.env = {**os.environ, "BINDERY_DATA": str(data), "PYTHONWARNINGS": "ignore"}
        self.env.pop("DATABASE_URL", None)
        if database_url:
            self.env["DATABASE_URL"] = database_url
        self.plain("migrate", "-v0")
        self.plain("seed")

    def start(
        self, *args: object, stderr: int | IO[str] = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(MANAGE), *map(str, args)],
            env=self.env,
            cwd=self.data,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def ended(self, *args: object) -> Ended:
        """Exit code, output and errors of a command."""
        if not self._free.acquire(blocking=False):
            process = self.start(*args)
            out, err = process.communicate()
            return process.returncode, out, err
        try:
            return self._serving()(*map(str, args))
        finally:
            self._free.release()

    def _serving(self) -> Server:
        if self._server and self._server.env != self.env:
            self.close()
        if not self._server:
            self._server = Server(self.env, str(PROJECT), str(self.data))
        return self._server

    def close(self) -> None:
        if self._server:
            self._server.close()
        self._server = None

    def plain(self, *args: object) -> str:
        """What a command prints. Raises Refused with its error line."""
        code, out, err = self.ended(*args)
        if code == 0:
            return out
        assert code == 1, err
        assert out == ""
        assert len(err.strip().splitlines()) == 1, err
        raise Refused(err.strip())

    def __call__(self, *args: object) -> Any:
        """A command's answer."""
        return json.loads(self.plain(*args, "--json"))

    def refusal(self, *args: object) -> str:
        """The one line by which a command refuses."""
        try:
            self.plain(*args, "--json")
        except Refused as refused:
            return str(refused)
        raise AssertionError(f"{args} was not refused")


@contextmanager
def installed(data: Path, kind: type[Kind] = Installation) -> Iterator[Kind]:
    """An installation on the database the tests run on: a SQLite file, or a fresh PostgreSQL."""
    with a_database() as url:
        site = kind(data, url)
        try:
            yield site
        finally:
            site.close()


@contextmanager
def a_database() -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database; nothing where the tests run on SQLite."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    import psycopg  # noqa: PLC0415 (not installed where the tests run on SQLite)

    name = f"bindery_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server.rsplit("/", 1)[0] + f"/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
