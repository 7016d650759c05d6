import argparse
import logging
from typing import Any

from django.core.management.base import CommandParser

from events.management.base import EventsCommand
from events.working import work_off

MOST = 8


def concurrency(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= MOST:
        raise argparse.ArgumentTypeError(f'"{word}" is not a number from 1 to {MOST}')
    return int(word)


class Command(EventsCommand):
    help = "Do the steps of built-in agents as they become ready."
    example = "worker --until-idle"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="stop when nothing is left")
        parser.add_argument("--concurrency", type=concurrency, default=1, metavar="N")

    def act(self, *_: Any, **options: Any) -> dict[str, int]:
        logging.getLogger("workflows.executor").setLevel(logging.INFO)
        return work_off(until_idle=options["until_idle"], concurrency=options["concurrency"])
