from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit
from books.models import Book, known_word
from events.figures.selection import step_names
from events.management.base import EventsCommand
from events.models import Rejection, RejectionType
from workflows.models import WorkflowRun


class Command(EventsCommand):
    help = "List rejections, the newest first."
    example = "rejection_list --book core-rulebook --open"
    columns = ("id", "run", "item", "rejection_type", "retry_count", "handler_agent", "resolved")

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--run")
        parser.add_argument("--book", metavar="SLUG")
        parser.add_argument("--type", help="style, mechanics, clarity or scope")
        parser.add_argument("--step", help="the name of the step that rejected")
        parser.add_argument("--open", action="store_true", help="only those not resolved")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        found = Rejection.objects.for_json().order_by("-pk")
        if options["run"]:
            found = found.filter(run=WorkflowRun.objects.named(options["run"]))
        if options["book"]:
            found = found.filter(run__book=Book.objects.named(options["book"]))
        if options["type"]:
            known = known_word("rejection type", options["type"], RejectionType.values)
            found = found.filter(rejection_type=known)
        if options["step"]:
            found = found.filter(step__name=known_word("step", options["step"], step_names()))
        if options["open"]:
            found = found.open()
        return [rejection.as_json() for rejection in found[: options["limit"]]]
