from typing import Any

from django.core.management.base import CommandParser

from workflows import work
from workflows.management.base import StepCommand, idempotency


class Command(StepCommand):
    help = "Extend the lease of a step you are working on."
    example = "work_heartbeat --step 17 --lease 5e0f"

    def options(self, parser: CommandParser) -> None:
        super().options(parser)
        idempotency(parser)

    def act(self, *_: Any, step: str, lease: str, **options: Any) -> dict[str, Any]:
        key = options["idempotency_key"]
        return work.heartbeat(work.Held(self.step_of(step), lease, options["actor"], key))
