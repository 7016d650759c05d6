from typing import Any

from django.core.management.base import CommandParser

from events.management.selecting import Selecting


class Command(Selecting):
    help = "List events in the order they happened."
    example = "event_list --run wfrun_1f0c --after 120"

    def options(self, parser: CommandParser) -> None:
        super().options(parser)
        parser.set_defaults(after=0, limit=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        events = self.stream(options).settled(options["after"])[: options["limit"]]
        return [event.as_json() for event in events]
