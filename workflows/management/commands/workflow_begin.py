from typing import Any

from django.core.management.base import CommandParser

from workflows import runs
from workflows.management.base import RunCommand, idempotency


class Command(RunCommand):
    help = "Begin a run that was created with --pending."
    example = "workflow_begin wfrun_1f0c"

    def options(self, parser: CommandParser) -> None:
        idempotency(parser)

    def act(self, *_: Any, run: str, **options: Any) -> dict[str, Any]:
        return runs.begin(self.run_of(run), actor=options["actor"], key=options["idempotency_key"])
