from typing import Any

from django.core.management.base import CommandParser

from artifacts.models import FeedbackItem
from books.management.base import limit, named
from books.models import Book
from workflows.management.base import WorkflowCommand


class Command(WorkflowCommand):
    help = "List what playtests ask of books, the newest first."
    example = "feedback_list --book core-rulebook --open"
    columns = (
        "key",
        "book",
        "chapter",
        "severity",
        "planned_by_run",
        "answered_by_version",
        "text",
    )

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--book", metavar="SLUG", type=named)
        parser.add_argument("--open", action="store_true", help="only those no version answers")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        found = FeedbackItem.objects.for_json().order_by("-pk")
        if options["book"]:
            found = found.filter(book=Book.objects.named(options["book"]))
        if options["open"]:
            found = found.open()
        return [item.as_json() for item in found[: options["limit"]]]
