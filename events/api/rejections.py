"""What was sent back, and how often."""

from django_filters import CharFilter
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from books.api import bodies
from books.api.bodies import Name
from books.api.endpoint import Endpoint, Listing
from books.api.filters import Filters, Named, Word, YesOrNo
from books.api.queries import Moment, Query
from books.models import Book
from events.api.nouns import FiguresNoun, RejectionNoun
from events.figures.rejections import figures
from events.figures.selection import selected
from events.models import Rejection, RejectionType
from workflows.models import WorkflowRun


class RejectionFilters(Filters):
    run = Named(WorkflowRun.objects.named, "run")
    book = Named(Book.objects.named, "run__book")
    item = CharFilter(max_length=500)
    rejection_type = Word(choices=RejectionType.choices)
    resolved = YesOrNo()


class Rejections(Listing):
    """The newest first."""

    queryset = Rejection.objects.for_json()
    filterset_class = RejectionFilters
    serializer_class = RejectionNoun


class Counted(Query):
    run = Name(required=False)
    book = Name(required=False, help_text="A slug.")
    rejection_type = bodies.Word(RejectionType.choices, required=False)
    step = Name(required=False, help_text="The name of the step that rejected.")
    agent = Name(required=False, help_text="The agent that rejected; of a gate its role.")
    since = Moment(required=False, help_text="A date or time, UTC; it is included.")
    until = Moment(required=False, help_text="A date or time, UTC; it is not included.")


class RejectionStats(Endpoint):
    takes = Counted.names()

    @extend_schema(parameters=[Counted], responses=FiguresNoun)
    def get(self, request: Request) -> Response:
        """Rejections and escalations counted, with first-pass yield, rounds and times."""
        return Response(figures(selected(**Counted.of(request))))
