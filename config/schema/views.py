"""`schema/` for programs, `docs/` for people."""

from functools import cache
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from books.api.endpoint import Endpoint
from books.api.plain import PlainRenderer

NOTHING_FROM_ELSEWHERE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
WRITTEN: list[Any] = [
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
]


class Described(Endpoint):
    """An address whose answers are no JSON. What it refuses is, as everywhere."""

    def handle_exception(self, error: Exception) -> Any:
        self.request.accepted_renderer = PlainRenderer()
        self.request.accepted_media_type = PlainRenderer.media_type
        return super().handle_exception(error)


class Schema(Described):
    renderer_classes = WRITTEN

    @extend_schema(responses=OpenApiResponse(OpenApiTypes.OBJECT, description="OpenAPI 3.1."))
    def get(self, request: Request) -> HttpResponse:
        """This description, as YAML or JSON; the same for everybody."""
        media_type = str(request.accepted_renderer.media_type)
        return HttpResponse(rendered(media_type), content_type=media_type)


class Docs(Described):
    renderer_classes = [TemplateHTMLRenderer]

    @extend_schema(
        responses={
            200: OpenApiResponse(OpenApiTypes.STR, description="A page."),
            302: OpenApiResponse(description="To the login, for browsers without a session."),
        }
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """This description as a page, on which requests can be tried."""
        headers = {"Content-Security-Policy": NOTHING_FROM_ELSEWHERE}
        return Response({}, template_name="config/docs.html", headers=headers)

    def handle_exception(self, error: Exception) -> Any:
        wanted = self.request.headers.get("Accept", "")
        if isinstance(error, NotAuthenticated) and "text/html" in wanted:
            return redirect_to_login(self.request.get_full_path())
        return super().handle_exception(error)


@cache
def rendered(media_type: str) -> bytes:
    renderer: Any = next(one for one in WRITTEN if one.media_type == media_type)
    content: bytes = renderer().render(described(), renderer_context={})
    return content


@cache
def described() -> dict[str, Any]:
    """Made once in a process: it takes a second, and comes of the code alone."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return schema
