"""What a browser may load and run on a page: nothing from another host."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import sync_and_async_middleware

HEADER = "Content-Security-Policy"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ADMIN = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""The admin's look is made with Alpine, which reads expressions out of attributes."""


@sync_and_async_middleware
def policy(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware, in both of Django's modes: the policy of a page whose view set none."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _with_policy(request, get_response(request))

    async def answer_async(request: HttpRequest) -> HttpResponseBase:
        coming: Awaitable[HttpResponseBase] = get_response(request)
        return _with_policy(request, await coming)

    return answer_async if iscoroutinefunction(get_response) else answer


def _with_policy(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    in_admin = request.path.startswith(reverse("admin:index"))
    response.headers.setdefault(HEADER, ADMIN if in_admin else STRICT)
    return response
