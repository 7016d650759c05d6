"""`/healthz` and `/readyz`: answered before anything else looks at a request.

They are asked by programs on the same machine or in the same network, by any name and without
TLS: neither the host's name nor the redirect to https is for them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.utils.decorators import sync_and_async_middleware

from config.serving import readiness

PATIENCE_SECONDS = 5
"""How long to wait for a database: a pool would go on for half a minute."""


def healthz() -> JsonResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"healthy": True})


def readyz() -> JsonResponse:
    return _readiness(readiness.problems())


VIEWS: dict[str, Callable[[], JsonResponse]] = {"/healthz": healthz, "/readyz": readyz}


@sync_and_async_middleware
def health(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware; both of Django's modes, so that neither costs a thread where it need not."""
    if not iscoroutinefunction(get_response):
        return lambda request: _answer(request) or get_response(request)

    async def in_time(request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in VIEWS:
            response: Awaitable[HttpResponseBase] = get_response(request)
            return await response
        asking = sync_to_async(_answer_alone, thread_sensitive=False)(request)
        try:
            return await asyncio.wait_for(asking, PATIENCE_SECONDS)
        except TimeoutError:
            slow = {"database": f"it does not answer within {PATIENCE_SECONDS} seconds"}
            return _open(_readiness(slow))

    return in_time


def _answer(request: HttpRequest) -> Any:
    """None where the path is another."""
    if not (view := VIEWS.get(request.path_info)):
        return None
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return _open(view())


def _answer_alone(request: HttpRequest) -> Any:
    """In a thread that nobody cleans up after."""
    try:
        return _answer(request)
    finally:
        connections.close_all()


def _readiness(problems: dict[str, str]) -> JsonResponse:
    body = {"ready": not problems, "problems": problems}
    return JsonResponse(body, status=503 if problems else 200)


def _open(response: JsonResponse) -> JsonResponse:
    response["Cache-Control"] = "no-store"
    return response
