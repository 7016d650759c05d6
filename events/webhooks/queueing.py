"""From events to deliveries, in the transaction that records the events."""

from collections.abc import Sequence

from events.models import Delivery, Event, WebhookEndpoint
from workflows.lifecycle import once
from workflows.models import WorkflowRun


def queue(run: WorkflowRun, events: Sequence[Event]) -> None:
    """A delivery for each of these events and each enabled webhook that wants it, by one INSERT.

    Which webhooks there are is asked once in each act; where there are none, that is all.
    """
    wanted = [
        Delivery(
            event=event,
            endpoint=endpoint,
            run=run,
            pending_since=event.created_at,
            next_attempt_at=event.created_at,
        )
        for event in events
        for endpoint in once("webhooks", _enabled)
        if endpoint.wants(event.event_type, run.book_id)
    ]
    if wanted:
        Delivery.objects.bulk_create(wanted)


def _enabled() -> list[WebhookEndpoint]:
    return list(WebhookEndpoint.objects.filter(enabled=True))
