from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit
from books.models import known_word
from events.management.base import EventsCommand
from events.models import Event, EventType
from workflows.models import WorkflowRun


class Command(EventsCommand):
    help = "List events in the order they happened."
    example = "event_list --run wfrun_1f0c --after 120"
    columns = ("id", "created_at", "event_type", "run", "step", "agent", "actor")

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--run")
        parser.add_argument("--type", help="an event type")
        parser.add_argument("--after", type=int, default=0, metavar="ID")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        events = Event.objects.select_related("run").filter(pk__gt=options["after"])
        if options["run"]:
            events = events.filter(run=WorkflowRun.objects.named(options["run"]))
        if options["type"]:
            known = known_word("event type", options["type"], EventType.values)
            events = events.filter(event_type=known)
        return [event.as_json() for event in events[: options["limit"]]]
