"""What triggers do about the news of the log."""

from typing import Any

from events.models import Event, EventType
from triggers.engine import fire_all
from triggers.models import WorkflowTrigger


def on_event_recorded(event: Event, **_: Any) -> None:
    """A run completed: fire, in its transaction, whatever listens to runs of its type."""
    if event.event_type != EventType.COMPLETED or event.step_id is not None:
        return
    if triggers := WorkflowTrigger.objects.listening().taking(event.run.workflow_type):
        fire_all(triggers, event)
