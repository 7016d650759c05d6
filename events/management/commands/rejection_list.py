from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit
from events.figures.selection import selected
from events.management.base import EventsCommand


class Command(EventsCommand):
    help = "List rejections, the newest first."
    example = "rejection_list --book core-rulebook --open"
    columns = (
        "id",
        "run",
        "item",
        "rejection_type",
        "retry_count",
        "handler_agent",
        "resolved",
        "reason",
    )

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--run", default="")
        parser.add_argument("--book", metavar="SLUG", default="")
        parser.add_argument("--type", default="", help="style, mechanics, clarity or scope")
        parser.add_argument("--step", default="", help="the name of the step that rejected")
        parser.add_argument("--open", action="store_true", help="only those not resolved")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        chosen = selected(
            run=options["run"],
            book=options["book"],
            rejection_type=options["type"],
            step=options["step"],
        )
        found = chosen.rejections.open() if options["open"] else chosen.rejections
        newest = found.for_json().order_by("-pk")[: options["limit"]]
        return [rejection.as_json() for rejection in newest]
