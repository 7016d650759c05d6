"""Webhooks: `webhooks/`, `deliveries/`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from books.api.bodies import Body, Name, Names, Switch
from books.api.endpoint import Endpoint, Listing
from books.api.filters import Filters, Named, Word, YesOrNo
from books.models import Book
from events.api.nouns import DeliveryNoun, WebhookNoun, WebhookSecretNoun
from events.models import Delivery, DeliveryStatus, Event, WebhookEndpoint
from events.webhooks import changing
from events.webhooks.changing import LONGEST_URL, Change
from workflows.api.authentication import caller_of
from workflows.api.runs import Nothing
from workflows.errors import UnknownThing

MOST_TYPES = 100


class WebhookFilters(Filters):
    book = Named(Book.objects.named, "book")
    enabled = YesOrNo()


def event_numbered(word: str) -> Event:
    try:
        return Event.objects.get(pk=word)
    except (Event.DoesNotExist, ValueError, OverflowError) as error:
        raise UnknownThing(f'no event "{word}"') from error


class DeliveryFilters(Filters):
    endpoint = Named(WebhookEndpoint.objects.numbered, "endpoint")
    event = Named(event_numbered, "event")
    status = Word(choices=DeliveryStatus.choices)


class NewWebhook(Body):
    url = Name(max_length=LONGEST_URL, help_text="https://… or mailto:ada@example.org")
    event_types = Names(default=list, max_length=MOST_TYPES, help_text="None: all.")
    book = Name(default=None, allow_null=True, help_text="A slug; null: all.")
    enabled = Switch(default=True)


class ChangedWebhook(Body):
    """What is left out stays."""

    url = Name(required=False, max_length=LONGEST_URL)
    event_types = Names(required=False, max_length=MOST_TYPES, help_text="None: all.")
    book = Name(required=False, allow_null=True, help_text="A slug; null: all.")
    enabled = Switch(required=False)


class Webhooks(Listing):
    """The newest first."""

    queryset = WebhookEndpoint.objects.for_json()
    filterset_class = WebhookFilters
    serializer_class = WebhookNoun

    @extend_schema(request=NewWebhook, responses={201: WebhookSecretNoun})
    def post(self, request: Request) -> Response:
        """Make a webhook. Its secret is shown this once."""
        made = changing.make(change_of(NewWebhook.of(request)), actor=caller_of(request).name)
        return Response(with_secret(made), status=201)


class Webhook(Endpoint):
    @extend_schema(responses=WebhookNoun)
    def get(self, request: Request, webhook: str) -> Response:  # noqa: ARG002
        """A webhook, without its secret."""
        return Response(WebhookEndpoint.objects.numbered(webhook).as_json())

    @extend_schema(request=ChangedWebhook, responses=WebhookNoun)
    def patch(self, request: Request, webhook: str) -> Response:
        """Change a webhook; what is left out stays. Enabled again, it gets what it had not got."""
        said = change_of(ChangedWebhook.of(request))
        return Response(changing.put(WebhookEndpoint.objects.numbered(webhook), said).as_json())

    @extend_schema(responses={204: None})
    def delete(self, request: Request, webhook: str) -> Response:  # noqa: ARG002
        """Delete a webhook, and its deliveries with it."""
        changing.delete(WebhookEndpoint.objects.numbered(webhook))
        return Response(status=204)


class RotateWebhook(Endpoint):
    @extend_schema(request=Nothing, responses=WebhookSecretNoun)
    def post(self, request: Request, webhook: str) -> Response:
        """A new secret, shown this once; for 24 hours the one before signs too."""
        Nothing.of(request)
        return Response(with_secret(changing.rotate(WebhookEndpoint.objects.numbered(webhook))))


class Deliveries(Listing):
    """The newest first."""

    queryset = Delivery.objects.for_json()
    filterset_class = DeliveryFilters
    serializer_class = DeliveryNoun


class Redeliver(Endpoint):
    @extend_schema(request=Nothing, responses=DeliveryNoun)
    def post(self, request: Request, delivery: str) -> Response:
        """Send what was delivered or given up once more, under the same webhook-id."""
        Nothing.of(request)
        return Response(changing.redeliver(Delivery.objects.numbered(delivery)).as_json())


def change_of(said: dict[str, Any]) -> Change:
    """A book that is null is all books; what is left out is not said."""
    if "book" in said:
        said = {**said, "book": said["book"] or ""}
    return Change(**said)


def with_secret(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {**endpoint.as_json(), "secret": endpoint.secret or None}
