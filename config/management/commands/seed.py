from typing import Any

from config.seeding import seed
from events.management.base import EventsCommand


class Command(EventsCommand):
    help = "Make what a new installation starts with; safe to repeat."
    example = "seed"

    def act(self, *_: Any, **__: Any) -> dict[str, list[str]]:
        return seed()

    def text(self, answer: Any) -> str:
        return "\n".join(
            f"{kind}: {', '.join(names) or 'nothing new'}" for kind, names in answer.items()
        )
