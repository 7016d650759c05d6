from typing import Any

from django.core.management.base import CommandParser

from workflows.gates import Judgement, decide
from workflows.management.base import RunCommand, idempotency, items, passages


class Command(RunCommand):
    help = "Decide the gate at which a run waits."
    example = "gate_decide wfrun_1f0c --decision approve --actor grace"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--step", default="", help="the gate's name or id, if several wait")
        parser.add_argument("--decision", required=True, help="approve, request_changes or reject")
        parser.add_argument("--type", default="", help="style, mechanics, clarity or scope")
        parser.add_argument("--reason", default="")
        parser.add_argument("--passages", type=passages, default=(), help="a JSON list, or @FILE")
        parser.add_argument("--to-step", default="", help="the step that is to mend it")
        parser.add_argument("--items", type=items, default=(), help="chapters a,b or all")
        parser.add_argument("--digest", default="", help="of what you read; refused when stale")
        idempotency(parser)

    def act(self, *_: Any, run: str, **options: Any) -> dict[str, Any]:
        judged = Judgement(
            decision=options["decision"],
            rejection_type=options["type"],
            reason=options["reason"],
            to_step=options["to_step"],
            items=options["items"],
            passages=options["passages"],
            digest=options["digest"],
        )
        return decide(
            self.run_of(run),
            judged,
            actor=options["actor"],
            gate=options["step"],
            key=options["idempotency_key"],
        )
