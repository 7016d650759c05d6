from typing import Any

from django.core.management.base import CommandParser

from workflows import work
from workflows.management.base import StepCommand, idempotency


class Command(StepCommand):
    help = "Put a step back untouched, for another to claim."
    example = 'work_release --step 17 --lease 5e0f --reason "no time today"'

    def options(self, parser: CommandParser) -> None:
        super().options(parser)
        parser.add_argument("--reason", required=True)
        idempotency(parser)

    def act(self, *_: Any, step: str, lease: str, reason: str, **options: Any) -> dict[str, Any]:
        holder = work.Held(self.step_of(step), lease, options["actor"], options["idempotency_key"])
        return work.release(holder, reason=reason)
