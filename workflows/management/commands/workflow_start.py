from typing import Any

from django.core.management.base import CommandParser

from books.management.base import short_name
from workflows import runs
from workflows.management.base import WorkflowCommand, idempotency, parameter


class Command(WorkflowCommand):
    help = "Create a run of a workflow on a book, and begin it."
    example = "workflow_start --type w1 --book core-rulebook --param chapters=03-making-a-warden"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--type", required=True, help="a workflow type or its alias")
        parser.add_argument("--book", required=True, metavar="SLUG")
        parser.add_argument(
            "--param", action="append", type=parameter, default=[], metavar="NAME=VALUE"
        )
        parser.add_argument("--input-version", default="", help="the latest unless given")
        parser.add_argument("--session", type=short_name, default="", help="an id of your own")
        parser.add_argument("--plan", type=short_name, default="", help="an id of your own")
        parser.add_argument("--pending", action="store_true", help="create, do not begin")
        idempotency(parser)

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        new = runs.NewRun(
            workflow_type=options["type"],
            book=options["book"],
            parameters=dict(options["param"]),
            input_version=options["input_version"],
            session_id=options["session"],
            plan_id=options["plan"],
            begin=not options["pending"],
        )
        return runs.start(new, actor=options["actor"], key=options["idempotency_key"])
