"""The routing rules: `routes/`, and where a rejection would go by them."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from books.api import bodies
from books.api.bodies import Body, Name, Switch, Whole
from books.api.endpoint import Endpoint, Listing
from books.api.queries import Flag, Number, Query
from events.api.nouns import DecisionNoun, HindsightNoun, RouteNoun
from events.models import RejectionType, RoutingRule
from events.rules import changing
from events.rules.asking import Inquiry, tried
from events.rules.changing import LONGEST_NAME, MOST_RETRIES, Change
from events.rules.explaining import Question

MOST_COUNT = 1_000_000_000
HANDLER = "Who mends it."
REWORK = "Where; the nearest step upstream where it is empty."
TARGET = "Which group decides when mending does not help."
RANK = ("rejection_type", "workflow_type", "step")
OF = ("run", "item", "past", "book")
SAYS = ("handler_agent", "rework_step", "max_retries", "escalation_target")


class OrNone(Name):
    """A name, or null where there is none: then it is empty."""

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_null=True, allow_blank=True, **more)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        word = super().run_validation(data)
        return "" if word is None else word


class RouteChange(Body):
    handler_agent = Name(required=False, max_length=LONGEST_NAME, help_text=HANDLER)
    rework_step = OrNone(required=False, help_text=REWORK)
    max_retries = Whole(required=False, min_value=1, max_value=MOST_RETRIES)
    escalation_target = Name(required=False, max_length=LONGEST_NAME, help_text=TARGET)
    enabled = Switch(required=False)


class NewRoute(RouteChange):
    rejection_type = bodies.Word(RejectionType.choices)
    workflow_type = OrNone(default="", help_text="A full name or an alias; null: of any.")
    step = OrNone(default="", help_text="The review or gate that rejects; null: any.")
    handler_agent = Name(max_length=LONGEST_NAME, help_text=HANDLER)


class Routes(Listing):
    """The newest first."""

    queryset = RoutingRule.objects.all()
    serializer_class = RouteNoun

    @extend_schema(request=NewRoute, responses={201: RouteNoun})
    def post(self, request: Request) -> Response:
        """Make a rule; of those for one rejection type, workflow type and step there is one."""
        said = NewRoute.of(request)
        rank = changing.rank_of(*(said.pop(word) for word in RANK))
        return Response(changing.make(rank, Change(**said)).as_json(), status=201)


class Route(Endpoint):
    @extend_schema(responses=RouteNoun)
    def get(self, request: Request, route: str) -> Response:  # noqa: ARG002
        """A routing rule."""
        return Response(RoutingRule.objects.numbered(route).as_json())

    @extend_schema(request=RouteChange, responses=RouteNoun)
    def patch(self, request: Request, route: str) -> Response:
        """Change what a rule says. What is not given stays as it is."""
        said = Change(**RouteChange.of(request))
        return Response(changing.alter(route, said).as_json())

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, route: str) -> Response:  # noqa: ARG002
        """Delete a rule. What was routed by it stays so."""
        changing.remove(RoutingRule.objects.numbered(route))
        return Response(status=204)


class Supposed(Query):
    """A rejection that might be; with something said of a rule, were it set so."""

    rejection_type = bodies.Word(RejectionType.choices)
    workflow_type = Name(required=False, help_text="A full name or an alias.")
    step = Name(required=False, help_text="The review or gate that rejects.")
    retry_count = Number(
        required=False, min_value=1, max_value=MOST_COUNT, help_text="Were it the N-th of its type."
    )
    run = Name(required=False, help_text="In this run.")
    item = Name(required=False, max_length=500, help_text="With run: the chapter.")
    past = Flag(required=False, help_text="All the rejections there were, decided anew.")
    book = Name(required=False, help_text="With past: only those of this book.")
    handler_agent = Name(required=False, max_length=LONGEST_NAME, help_text=HANDLER)
    rework_step = Name(required=False, help_text=REWORK)
    max_retries = Number(required=False, min_value=1, max_value=MOST_RETRIES)
    escalation_target = Name(required=False, max_length=LONGEST_NAME, help_text=TARGET)


class RouteTest(Endpoint):
    takes = Supposed.names()

    @extend_schema(
        parameters=[Supposed],
        responses=PolymorphicProxySerializer(
            component_name="RouteTest",
            serializers=[DecisionNoun, HindsightNoun],
            resource_type_field_name=None,
        ),
    )
    def get(self, request: Request) -> Response:
        """Where a rejection would go and why, or with `past` where all there were would have
        gone. What is said of a rule is taken for set, but not kept."""
        asked = Supposed.of(request)
        said, of = (_taken(asked, words) for words in (SAYS, OF))
        question = Question(**asked, tried=tried(Change(**said)))
        return Response(Inquiry(question, **of).answer())


def _taken(asked: dict[str, Any], words: tuple[str, ...]) -> dict[str, Any]:
    """What is asked by these words, taken out."""
    return {word: asked.pop(word) for word in words if word in asked}
