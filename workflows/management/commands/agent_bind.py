from typing import Any

from django.core.management.base import CommandParser

from workflows.management.base import WorkflowCommand
from workflows.roster import bind


class Command(WorkflowCommand):
    help = "Say who does an agent's steps: builtin, external or human."
    example = "agent_bind --agent writer --executor human --book core-rulebook"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--agent", required=True)
        parser.add_argument("--executor", required=True, help="builtin, external or human")
        parser.add_argument("--workflow-type", default="", help="only in this workflow")
        parser.add_argument("--book", default="", metavar="SLUG", help="only for this book")

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        binding, _created = bind(
            options["agent"],
            options["executor"],
            workflow_type=options["workflow_type"],
            book=options["book"],
        )
        return binding.as_json()
