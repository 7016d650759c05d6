from typing import Any

from events.management.base import EventsCommand
from events.sweeping import sweep


class Command(EventsCommand):
    help = "Take back steps of workers that died, remind of what is overdue; safe to repeat."
    example = "sweep"

    def act(self, *_: Any, **options: Any) -> dict[str, int]:
        return sweep(actor=options["actor"])
