"""The only writer of events."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.dispatch import Signal

from events.log import payloads
from events.models import Event
from events.webhooks.queueing import queue
from workflows.models import Step, WorkflowRun

# An event was written, in the transaction of what it tells: event.
event_recorded = Signal()


@dataclass(frozen=True)
class News:
    """What an event is to tell: of a run, or of one of its steps."""

    event_type: str
    step: Step | None = None
    payload: dict[str, Any] = field(default_factory=dict)


def record(run: WorkflowRun, news: News, *, actor: str) -> Event:
    """Append one event and tell whoever follows. Raise in a receiver to undo the act.

    Raises TypeError when the payload is not of the shape of its event.
    """
    return record_all(run, [news], actor=actor)[0]


def record_all(run: WorkflowRun, all_news: Iterable[News], *, actor: str) -> list[Event]:
    """Append events in this order, by one statement, with the deliveries to who wants them."""
    events = Event.objects.bulk_create([_event(run, news, actor) for news in all_news])
    queue(run, events)
    for event in events:
        event_recorded.send(sender=Event, event=event)
    return events


def _event(run: WorkflowRun, news: News, actor: str) -> Event:
    return Event(
        run=run,
        step=news.step,
        event_type=news.event_type,
        agent=news.step.agent if news.step else "",
        actor=actor,
        payload=payloads.checked(news.event_type, news.payload, of_step=news.step is not None),
    )
