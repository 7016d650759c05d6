from typing import Any

from django.core.management.base import CommandParser

from workflows import runs
from workflows.management.base import RunCommand, idempotency


class Command(RunCommand):
    help = "Run a completed or failed run again, in a new run that reuses what was done before."
    example = "workflow_rerun wfrun_1f0c --from-step validate"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--from-step", default="", help="the first not done unless given")
        idempotency(parser)

    def act(self, *_: Any, run: str, from_step: str, **options: Any) -> dict[str, Any]:
        return runs.rerun(
            self.run_of(run),
            actor=options["actor"],
            from_step=from_step,
            key=options["idempotency_key"],
        )
