"""Who does which agent's steps, and what playtests ask of books."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from artifacts.models import FeedbackItem
from books.api import bodies
from books.api.bodies import Body, Name
from books.api.endpoint import Listing
from books.api.filters import Filters, Named, YesOrNo
from books.models import Book
from workflows.api.nouns import AgentNoun, FeedbackNoun
from workflows.models import AgentBinding, Executor
from workflows.roster import bind, roster


class NewBinding(Body):
    agent = Name(max_length=100)
    executor = bodies.Word(Executor.choices)
    workflow_type = Name(default="", allow_blank=True, help_text="Only in this workflow.")
    book = Name(default="", allow_blank=True, help_text="A slug: only for this book.")


class Agents(Listing):
    """The newest first. Three queries."""

    queryset = AgentBinding.objects.for_json()
    serializer_class = AgentNoun

    def list(self, *_: Any, **__: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(roster(page or ()))

    @extend_schema(request=NewBinding, responses={200: AgentNoun, 201: AgentNoun})
    def post(self, request: Request) -> Response:
        """Say who does an agent's steps; 200 where something was said already."""
        said = NewBinding.of(request)
        binding, created = bind(**said)
        return Response(roster([binding])[0], status=201 if created else 200)


class Open(YesOrNo):
    """Whether no version answers it yet."""

    def those(self, rows: Any, *, so: bool) -> Any:
        return rows.open() if so else rows.answered()


class FeedbackFilters(Filters):
    book = Named(Book.objects.named, "book")
    open = Open(help_text="Whether no version of the book answers it yet.")


class Feedback(Listing):
    """What playtests ask of books, the newest first. One query."""

    queryset = FeedbackItem.objects.for_json()
    filterset_class = FeedbackFilters
    serializer_class = FeedbackNoun
