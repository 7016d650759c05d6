from typing import Any

from django.core.management.base import CommandParser

from events.escalations import escalating
from events.escalations.answers import Answer
from events.management.base import EscalationCommand
from workflows.management.base import idempotency


class Command(EscalationCommand):
    help = "Decide what becomes of an escalation: one more rework, let it pass, or end the run."
    example = 'escalation_resolve 7 --action retry --resolution "Keep the table, cut the prose."'

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--action", required=True, help="retry, override or abort")
        parser.add_argument("--resolution", required=True, help="what was decided, and why")
        parser.add_argument("--to-step", default="", help="of a retry: the step to rework")
        parser.add_argument("--agent", default="", help="of a retry: who is to do it")
        idempotency(parser)

    def act(self, *_: Any, id: str, **options: Any) -> dict[str, Any]:  # noqa: A002
        answer = Answer(
            action=options["action"],
            resolution=options["resolution"],
            to_step=options["to_step"],
            agent=options["agent"],
        )
        return escalating.resolve(
            self.escalation_of(id), answer, actor=options["actor"], key=options["idempotency_key"]
        )
