from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit, moment, named
from books.models import Book
from triggers import backfilling
from triggers.management.base import TriggerCommand


class Command(TriggerCommand):
    help = (
        "Plan what a trigger would have started from runs that completed before it was there; "
        "with the digest of a plan, do it."
    )
    example = "trigger_backfill w1-to-w2 --book core-rulebook"
    parts = {
        "plan": ("source_run", "result", "input_version", "parameters", "reason"),
        "firings": ("id", "source_run", "result", "target_run", "reason"),
    }

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--book", type=named, metavar="SLUG", help="only its runs")
        parser.add_argument("--since", type=moment, help="completed at that time or later")
        parser.add_argument("--until", type=moment, help="completed before that time")
        parser.add_argument("--limit", type=limit, default=50, help="so many runs at most")
        parser.add_argument("--do", type=named, metavar="DIGEST", help="do the plan of that digest")

    def act(self, *_: Any, name: str, **options: Any) -> dict[str, Any]:
        past = backfilling.Past(
            self.trigger_of(name),
            Book.objects.named(options["book"]) if options["book"] else None,
            options["since"],
            options["until"],
            options["limit"],
        )
        if options["do"]:
            return backfilling.do(past, options["do"], actor=options["actor"])
        return backfilling.planned(past).as_json()
