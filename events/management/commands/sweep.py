from typing import Any

from events.management.base import EventsCommand
from events.sweeping import sweep


class Command(EventsCommand):
    help = "Take back the steps of workers that died; safe to repeat, and every worker does it."
    example = "sweep"

    def act(self, *_: Any, **options: Any) -> dict[str, int]:
        return sweep(actor=options["actor"])
