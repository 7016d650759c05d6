"""How long requests take, by the name of their route.

Each process of a server measures its own. Under `serve` all write into one folder, so that
whichever answers a scrape has the sum (`PROMETHEUS_MULTIPROC_DIR`, which prometheus-client reads
when it is imported).
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import Histogram, disable_created_metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

disable_created_metrics()  # type: ignore[no-untyped-call]
SECONDS = Histogram(
    "bindery_http_request_duration_seconds",
    "How long it took to answer requests; of a stream, until it began.",
    ["route", "method", "status"],
    buckets=BUCKETS,
    registry=None,
)


@sync_and_async_middleware
def durations(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware; in both of Django's modes, so that it costs no thread."""

    def timed(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response: HttpResponseBase = get_response(request)
        _observe(request, response, began)
        return response

    async def timed_async(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        coming: Awaitable[HttpResponseBase] = get_response(request)
        response = await coming
        _observe(request, response, began)
        return response

    return timed_async if iscoroutinefunction(get_response) else timed


def _observe(request: HttpRequest, response: HttpResponseBase, began: float) -> None:
    """By labels of which there are only so many, whatever is asked for."""
    match = request.resolver_match
    route = (match.view_name or match.route) if match else ""
    method = request.method if request.method in METHODS else "other"
    status = f"{response.status_code // 100}xx"
    SECONDS.labels(route, method, status).observe(time.perf_counter() - began)
