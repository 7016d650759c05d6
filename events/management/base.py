"""What the commands of events share."""

from typing import ClassVar

from events.errors import EventsError
from events.models import Escalation
from workflows.management.base import WorkflowCommand


class EventsCommand(WorkflowCommand):
    refusals: ClassVar[tuple[type[Exception], ...]] = (*WorkflowCommand.refusals, EventsError)


class EscalationCommand(EventsCommand):
    """A command about the escalation named by --id or positionally."""

    subject = "id"

    def escalation_of(self, number: str) -> Escalation:
        return Escalation.objects.numbered(number)
