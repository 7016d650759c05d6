"""What the commands of events share."""

import argparse
from datetime import UTC, datetime
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


def moment(word: str) -> datetime:
    """An ISO 8601 date, which means its midnight, or time; UTC where it names no offset."""
    try:
        found = datetime.fromisoformat(word)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(
            f'"{word}" is no date or time such as 2025-03-01 or 2025-03-01T12:30'
        ) from error
