"""What the commands of triggers share."""

from typing import ClassVar

from events.management.base import EventsCommand
from triggers.errors import TriggersError
from triggers.models import WorkflowTrigger


class TriggerCommand(EventsCommand):
    """A command about the trigger named by --name or positionally."""

    refusals: ClassVar[tuple[type[Exception], ...]] = (*EventsCommand.refusals, TriggersError)
    subject = "name"

    def trigger_of(self, name: str) -> WorkflowTrigger:
        return WorkflowTrigger.objects.named(name)
