from typing import Any

from django.core.management.base import CommandParser

from artifacts.models import nouns
from books.management.base import limit, moment, named
from workflows.finding import Words, found
from workflows.management.base import WorkflowCommand


class Command(WorkflowCommand):
    help = "List artifacts, the newest first."
    example = "artifact_list --book core-rulebook --type release_notes"
    columns = (
        "id",
        "artifact_type",
        "path",
        "item",
        "book",
        "book_version",
        "stale",
        "created_at",
        "run",
    )

    def options(self, parser: CommandParser) -> None:
        for option, metavar, meaning in (
            ("--run", "RUN", "of that run"),
            ("--type", "TYPE", "an artifact type"),
            ("--book", "SLUG", "of that book"),
            ("--workflow-type", "TYPE", "of runs of that workflow, named by type or alias"),
            ("--status", "STATUS", "of runs in that status"),
            ("--path", "PATH", "at exactly that path"),
            ("--for-workflow-type", "TYPE", "what that workflow may take from upstream of --book"),
            ("--older-than", "ID", "the next page: what follows that artifact"),
        ):
            parser.add_argument(option, metavar=metavar, help=meaning, type=named)
        for option, meaning in (("--after", "it is included"), ("--before", "it is not included")):
            parser.add_argument(
                option, type=moment, metavar="TIME", help=f"a date or time, UTC; {meaning}"
            )
        parser.add_argument(
            "--latest",
            action="store_true",
            help="of each book, type, item and path, what a run made that completed last",
        )
        parser.add_argument(
            "--stale", action="store_true", help="made from a text that has changed since"
        )
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        if options["for_workflow_type"] and not options["book"]:
            self.parser.error("--for-workflow-type needs --book")
        options["artifact_type"] = options["type"]
        asked = {name: options[name] for name in Words.__annotations__ if options[name]}
        rows = found(Words(**asked)).for_json()
        most = options["limit"]
        return nouns(rows.stale(most) if options["stale"] else rows[:most])
