from typing import Any

from django.core.management.base import CommandParser

from books.management.base import json_object
from workflows import work
from workflows.management.base import StepCommand, artifact, handed, idempotency


class Command(StepCommand):
    help = "Hand back a step as done, with what was made."
    example = "work_complete --step 17 --lease 5e0f --artifact chapter=drafts/03-making-a-warden.md"

    def options(self, parser: CommandParser) -> None:
        super().options(parser)
        parser.add_argument("--result", type=json_object, default={}, help="a JSON object")
        parser.add_argument(
            "--artifact",
            action="append",
            type=artifact,
            default=[],
            metavar="TYPE=FILE",
            help="a file, or the id of an artifact of the run; may be repeated",
        )
        idempotency(parser)

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        step = self.step_of(options["step"])
        holder = work.Held(step, options["lease"], options["actor"], options["idempotency_key"])
        made = handed(options["artifact"], step.run)
        return work.complete(holder, result=options["result"], handed=made)
