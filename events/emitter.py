"""The only writer of events."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.dispatch import Signal

from events.models import Event
from workflows.models import Step, WorkflowRun

# An event was written, in the transaction of what it tells: event.
event_recorded = Signal()


def record(
    run: WorkflowRun,
    event_type: str,
    *,
    actor: str,
    step: Step | None = None,
    payload: dict[str, Any] | None = None,
) -> Event:
    """Append one event and tell whoever follows. Raise in a receiver to undo the act."""
    event = Event.objects.create(
        run=run,
        step=step,
        event_type=event_type,
        agent=step.agent if step else "",
        actor=actor,
        payload=json.loads(json.dumps(payload or {}, cls=DjangoJSONEncoder)),
    )
    event_recorded.send(sender=Event, event=event)
    return event
