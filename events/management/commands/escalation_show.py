from typing import Any

from events.escalations.packet import packet
from events.management.base import EscalationCommand
from events.management.packets import laid_out


class Command(EscalationCommand):
    help = (
        "Show all that is needed to decide an escalation: texts, verdicts, what each action does."
    )
    example = "escalation_show 7"

    def act(self, *_: Any, id: str, **__: Any) -> dict[str, Any]:  # noqa: A002
        return packet(self.escalation_of(id))

    def text(self, answer: dict[str, Any]) -> str:
        return laid_out(answer)
