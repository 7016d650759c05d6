"""What the commands of events share."""

from typing import ClassVar

from events.errors import EventsError
from workflows.management.base import WorkflowCommand


class EventsCommand(WorkflowCommand):
    refusals: ClassVar[tuple[type[Exception], ...]] = (*WorkflowCommand.refusals, EventsError)
