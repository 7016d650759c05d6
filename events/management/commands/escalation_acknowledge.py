from typing import Any

from django.core.management.base import CommandParser

from events.escalations import escalating
from events.management.base import EscalationCommand
from workflows.management.base import idempotency


class Command(EscalationCommand):
    help = "Take an escalation, so that the others of its group need not."
    example = "escalation_acknowledge 7 --actor grace"

    def options(self, parser: CommandParser) -> None:
        idempotency(parser)

    def act(self, *_: Any, id: str, **options: Any) -> dict[str, Any]:  # noqa: A002
        return escalating.acknowledge(
            self.escalation_of(id), actor=options["actor"], key=options["idempotency_key"]
        )
