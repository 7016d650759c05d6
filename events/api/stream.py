"""`events/stream/`: events as they happen."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from books.api.endpoint import Endpoint
from books.errors import nearest
from books.models import Book
from events.errors import CannotStream, TooManyStreams
from events.live import reading, wire
from events.live.feed import listeners, settled
from events.live.listening import Listener, listen
from events.live.wanted import Wanted
from events.models import EventType
from workflows.models import WorkflowRun

LAST_ID = "Last-Event-ID"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx hands on at once
PARAMETERS = [
    OpenApiParameter(LAST_ID, OpenApiTypes.INT64, OpenApiParameter.HEADER),
    OpenApiParameter("after", OpenApiTypes.INT64, description=f"As {LAST_ID}, which goes before."),
    OpenApiParameter("run", description="Only events of this run."),
    OpenApiParameter("book", description="Only events of runs of this book."),
    OpenApiParameter("event_type", description="Only of this type, or of these between commas."),
]


class EventStream(Endpoint):
    """The view answers in a thread, as any other; what it answers is told by the event loop."""

    takes = frozenset({"after", "run", "book", "event_type"})
    http_method_names = ["get"]
    also_refuses = frozenset({404, 501})

    def perform_content_negotiation(self, request: Request, *_: Any, **__: Any) -> Any:
        """Refusals are JSON, whatever kind of stream is asked for."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=PARAMETERS,
        responses={(200, wire.MEDIA_TYPE): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Events as they happen, as Server-Sent Events; without a position from now on."""
        refuse_where_none_can_be(request)
        listener = Listener(
            wanted=wanted(request),
            position=position(request),
            allowed=lambda: self.still_allows(request),
        )
        return StreamingHttpResponse(
            listen(listener), content_type=wire.MEDIA_TYPE, headers=HEADERS
        )

    def still_allows(self, request: Request) -> bool:
        """Asked of the database anew: the token or session, its user, the user's groups."""
        try:
            self.check_permissions(self.initialize_request(once_more(request)))
        except APIException:
            return False
        return True


def refuse_where_none_can_be(request: Request) -> None:
    """Raises CannotStream where the server would keep all of it back, TooManyStreams where there
    is no room."""
    if not isinstance(request._request, ASGIRequest):  # noqa: SLF001
        raise CannotStream
    if listeners() >= settings.BINDERY_MAX_STREAMS:
        raise TooManyStreams


def wanted(request: Request) -> Wanted:
    """Raises Unknown or UnknownThing for a book or run that there is not."""
    asked = request.query_params
    types = asked["event_type"].split(",") if "event_type" in asked else []
    return Wanted(
        run=WorkflowRun.objects.named(asked["run"]).pk if "run" in asked else None,
        book=Book.objects.named(asked["book"]).pk if "book" in asked else None,
        event_types=frozenset(map(event_type, types)),
    )


def event_type(word: str) -> str:
    """Raises ValidationError for what is no type of an event, as the filter of the list does."""
    if word not in EventType.values:
        hint = nearest(word, EventType.values)
        raise ValidationError({"event_type": [f'no event type "{word[:50]}"{hint}']})
    return word


def position(request: Request) -> int:
    """The header goes before: a browser that comes again sends it to the same address. Raises
    InvalidInput for what is no position."""
    word = request.headers.get(LAST_ID) or request.query_params.get("after")
    return reading.checked(wire.position(word)) if word else max(reading.now(), settled())


def once_more(request: Request) -> HttpRequest:
    """The request as if it came now: nothing of what was found out about it."""
    first: Any = request._request  # noqa: SLF001
    again: Any = HttpRequest()
    again.method, again.META, again.resolver_match = "GET", first.META, first.resolver_match
    again.session = type(first.session)(first.session.session_key)
    again.user = get_user(again)
    request_again: HttpRequest = again
    return request_again
