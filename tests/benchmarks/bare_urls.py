"""The product's addresses and `bare/`."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView

from config import access
from config.urls import handler404, urlpatterns  # noqa: F401

told = {"content": b""}


class Raw(BaseParser):
    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:  # noqa: ARG002
        return stream.read()


class Bare(APIView):
    parser_classes = (Raw,)

    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002
        return HttpResponse(told["content"], content_type="application/json")

    def put(self, request: Request) -> HttpResponse:
        told["content"] = request.data
        return HttpResponse()


access.ACCESS["bare"] = {"GET": access.READ, "PUT": access.READ}
urlpatterns = [*urlpatterns, path("api/v1/bare/", Bare.as_view(), name="bare")]
