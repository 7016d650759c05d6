import argparse
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connections

from books.models import Seeded
from config.serving import readiness, running
from events.management.base import EventsCommand

MOST_PORT = 65_535
MOST_WORKERS = 64


def number(most: int) -> Any:
    def read(word: str) -> int:
        if not word.isdecimal() or not 1 <= int(word) <= most:
            raise argparse.ArgumentTypeError(f'"{word}" is not a number from 1 to {most}')
        return int(word)

    return read


class Command(EventsCommand):
    help = "Serve the site and its API over HTTP, until stopped."
    example = "serve --port 8000"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 for all of the network")
        parser.add_argument("--port", type=number(MOST_PORT), default=8000)
        parser.add_argument(
            "--workers", type=number(MOST_WORKERS), default=1, metavar="N", help="processes"
        )

    def act(self, *_: Any, host: str, port: int, workers: int, **__: Any) -> dict[str, Any]:
        if missing := readiness.migrations_missing():
            raise CommandError(f"the database is not migrated ({missing}): run migrate, then seed")
        if not Seeded.objects.exists():
            raise CommandError("the database is not seeded: run seed")
        try:
            address = running.address_of(host, port)
        except OSError as error:
            raise CommandError(f"cannot listen at {host}:{port}: {error.strerror}") from error
        self._tell(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        connections.close_all()  # this process only watches over those that answer
        running.run(address, port, workers)
        return {}

    def _tell(self, site: str) -> None:
        self.stderr.write(f"Bindery listens at {site}/")
        self.stderr.write(f"  admin  {site}/admin/")
        self.stderr.write(f"  API    {site}/api/v1/docs/")
        self.stderr.write("Ctrl-C or SIGTERM stops it.")
