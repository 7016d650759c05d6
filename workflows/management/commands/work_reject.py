from typing import Any

from django.core.management.base import CommandParser

from workflows import verdicts, work
from workflows.management.base import StepCommand, idempotency, items, passages


class Command(StepCommand):
    help = "Hand back a review as rejected; the router finds who mends it."
    example = 'work_reject --step 21 --lease 5e0f --type clarity --reason "who rolls?"'

    def options(self, parser: CommandParser) -> None:
        super().options(parser)
        parser.add_argument("--type", required=True, help="style, mechanics, clarity or scope")
        parser.add_argument("--reason", required=True, help="what is to be mended")
        parser.add_argument("--passages", type=passages, default=[], help="a JSON list, or @FILE")
        parser.add_argument("--items", type=items, default=(), help="chapters a,b or all")
        idempotency(parser)

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        step = self.step_of(options["step"])
        holder = work.Held(step, options["lease"], options["actor"], options["idempotency_key"])
        verdict = verdicts.Verdict(
            rejection_type=options["type"],
            reason=options["reason"],
            passages=options["passages"],
            items=options["items"],
        )
        return verdicts.reject(holder, verdict)
