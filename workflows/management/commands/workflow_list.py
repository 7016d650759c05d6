from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit
from books.models import Book, known_word
from workflows.management.base import WorkflowCommand
from workflows.models import RunStatus, WorkflowDefinition, WorkflowRun


class Command(WorkflowCommand):
    help = "List runs, the newest first."
    example = "workflow_list --book core-rulebook --status running"
    columns = ("id", "workflow_type", "book", "status", "current_step", "current_agent")

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--book", metavar="SLUG")
        parser.add_argument("--status")
        parser.add_argument("--type", help="a workflow type or its alias")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        name, status = options["type"], options["status"]
        runs = WorkflowRun.objects.for_json().matching(
            Book.objects.named(options["book"]) if options["book"] else None,
            workflow_type=WorkflowDefinition.objects.named(name).type if name else "",
            status=known_word("run status", status, RunStatus.values) if status else "",
        )
        return [run.as_json() for run in runs[: options["limit"]]]
