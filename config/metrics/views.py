import os

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from rest_framework.exceptions import APIException, NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from config.errors import refusal_of
from config.metrics.collecting import Installation
from config.metrics.durations import SECONDS
from workflows.api.authentication import SCHEME, TokenAuthentication
from workflows.callers import Caller, Power


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: to whoever may read, by a token or logged in, or to anybody."""
    try:
        if not settings.BINDERY_METRICS_PUBLIC:
            _refuse(request)
    except APIException as error:
        if refusal := refusal_of(error):
            return JsonResponse(refusal.as_json(), status=refusal.status, headers=refusal.headers)
        raise
    registry = CollectorRegistry()
    registry.register(Installation())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(SECONDS)
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(generate_latest(registry), CONTENT_TYPE_LATEST, headers=headers)


def _refuse(request: HttpRequest) -> None:
    """Raises AuthenticationFailed, NotAuthenticated or PermissionDenied."""
    by_token = TokenAuthentication().authenticate(Request(request))
    if by_token is None and not request.user.is_authenticated:
        refusal = NotAuthenticated("log in, or send a token")
        refusal.auth_header = f'{SCHEME} realm="bindery"'  # type: ignore[attr-defined]
        raise refusal
    caller = Caller.of(*by_token) if by_token else Caller.of(request.user)  # type: ignore[arg-type]
    if not caller.may(Power.READ):
        raise PermissionDenied(f"{caller.name} may not read")
