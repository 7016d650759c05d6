"""What happened: `events/`."""

from django.db.models import QuerySet

from books.api.endpoint import Listing
from books.api.filters import Above, Filters, Named, Word
from books.api.pages import InOrder
from events.api.nouns import EventNoun
from events.log.tail import Stream
from events.models import Event, EventType
from workflows.models import WorkflowRun


class EventFilters(Filters):
    """Every list ends where the log is settled: an event is shown once none can come before it."""

    run = Named(WorkflowRun.objects.named, "run")
    event_type = Word(choices=EventType.choices)
    after = Above()

    def filter_queryset(self, queryset: QuerySet[Event]) -> QuerySet[Event]:  # noqa: ARG002
        asked = self.form.cleaned_data
        run = WorkflowRun.objects.named(asked["run"]) if asked["run"] else None
        return Stream(run, asked["event_type"]).settled(
            asked["after"] or 0, further="cursor" in (self.data or ())
        )


class Events(Listing):
    """The oldest first. Who has read to the end asks again with `after`, the last id it has seen:
    it misses none."""

    queryset = Event.objects.all()
    filterset_class = EventFilters
    pagination_class = InOrder
    serializer_class = EventNoun
