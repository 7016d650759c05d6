from collections.abc import Iterator
from itertools import islice
from typing import Any

from events.log.tail import LAST, follow
from events.management.following import Audience, Following
from events.management.selecting import Selecting


class Command(Following, Selecting):
    help = "Print the last events, then each as it happens; with --json one document a line."
    example = "event_tail --run wfrun_1f0c --type completed"

    def act(self, *_: Any, **options: Any) -> Iterator[dict[str, Any]]:
        limit = options["limit"]
        events = follow(
            self.stream(options),
            after=options["after"],
            last=min(limit or LAST, LAST),
            stop=Audience(self.stdout),
        )
        return (event.as_json() for event in islice(events, limit))
