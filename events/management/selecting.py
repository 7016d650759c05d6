"""The commands that read the log: which events they are asked for."""

from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit
from books.models import known_word
from events.log.tail import Stream
from events.management.base import EventsCommand
from events.models import EventType
from workflows.models import WorkflowRun


class Selecting(EventsCommand):
    columns = ("id", "created_at", "event_type", "run", "step", "agent", "actor")

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--run")
        parser.add_argument("--type", help="an event type")
        parser.add_argument("--after", type=int, metavar="ID", help="the last event you know")
        parser.add_argument("--limit", type=limit)

    def stream(self, options: dict[str, Any]) -> Stream:
        """Raises UnknownThing or Unknown for a run or a type that there is not."""
        run = WorkflowRun.objects.named(options["run"]) if options["run"] else None
        word = options["type"]
        return Stream(run, known_word("event type", word, EventType.values) if word else "")
