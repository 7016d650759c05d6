"""Lists in pages, by where the last row stood: page 10,000 costs what page 1 does."""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

PAGING = frozenset({"cursor", "page_size"})


class Pages(CursorPagination):
    """`{next, previous, results}`, the newest first. A cursor is signed for the list and filters
    that it was given for; of another list it is refused."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "-pk"

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size}
        return [
            {
                "in": "query",
                "name": "cursor",
                "description": "Where a page begins; it stands in `next` and `previous`.",
                "schema": {"type": "string", "minLength": 1},
            },
            {
                "in": "query",
                "name": self.page_size_query_param,
                "schema": {**size, "default": self.page_size},
            },
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        self.sign_for(request)
        return super().paginate_queryset(queryset, request, view)

    def get_page_size(self, request: Request) -> int:
        word = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not (word.isascii() and word.isdecimal() and 1 <= int(word[:9]) <= self.max_page_size):
            raise ValidationError({"page_size": f"a whole number from 1 to {self.max_page_size}"})
        return int(word)

    def sign_for(self, request: Request) -> None:
        """Cursors are of the list that this request asks for."""
        asked = {name: word for name, word in request.query_params.items() if name not in PAGING}
        self.list_asked = f"{request.path} {sorted(asked.items())}"

    def decode_cursor(self, request: Request) -> Cursor | None:
        if (word := request.query_params.get(self.cursor_query_param)) is None:
            return None
        try:
            return Cursor(*signing.loads(word, salt=self.list_asked))
        except signing.BadSignature as error:
            raise ValidationError({"cursor": "is no cursor of this list"}) from error

    def encode_cursor(self, cursor: Sequence[Any]) -> str:
        word = signing.dumps(tuple(cursor), salt=self.list_asked, compress=False)
        return replace_query_param(str(self.base_url), self.cursor_query_param, word)


class InOrder(Pages):
    """The oldest first."""

    ordering = "pk"
