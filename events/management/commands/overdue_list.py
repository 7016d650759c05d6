from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit
from events.management.base import EventsCommand
from events.reminders.overdue import known_group, overdue


class Command(EventsCommand):
    help = "List gates and escalations that wait past their due time, the longest first."
    example = "overdue_list --group managing-editor"
    columns = (
        "kind",
        "id",
        "run",
        "book",
        "step",
        "item",
        "group",
        "due_at",
        "reminders",
        "reminded_at",
    )

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--group", default="", help="only those that wait for this group")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        group = known_group(options["group"]) if options["group"] else ""
        return overdue(group, limit=options["limit"])
