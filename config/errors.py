"""Every refusal as HTTP, in one table."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from artifacts import errors as artifacts
from books import errors as books
from events import errors as events
from workflows import errors as workflows
from workflows.callers import Caller, Power
from workflows.lifecycle import is_contention

REFUSALS: dict[type[Exception], tuple[int, str]] = {
    books.Unknown: (404, "unknown"),
    books.TooLarge: (413, "too_large"),
    books.Invalid: (400, "invalid"),
    books.Conflict: (409, "contradiction"),
    artifacts.UnknownArtifact: (404, "unknown"),
    artifacts.ArtifactTooLarge: (413, "too_large"),
    artifacts.InvalidArtifact: (400, "invalid"),
    artifacts.MissingBytes: (409, "bytes_missing"),
    artifacts.DamagedBytes: (409, "bytes_damaged"),
    artifacts.StoreRefused: (507, "store_refused"),
    artifacts.CannotShow: (409, "not_shown"),
    artifacts.BusyShowing: (503, "busy"),
    events.CannotArchive: (409, "bytes_missing"),
    events.CannotStream: (501, "not_streamed"),
    events.TooManyStreams: (503, "busy"),
    workflows.UnknownThing: (404, "unknown"),
    workflows.InvalidInput: (400, "invalid"),
    workflows.DefinitionError: (400, "invalid"),
    workflows.NotAllowed: (403, "not_allowed"),
    workflows.SelfApproval: (403, "self_approval"),
    workflows.IllegalMove: (409, "illegal"),
    workflows.StaleLease: (409, "stale"),
    workflows.Contradiction: (409, "contradiction"),
    workflows.LostRace: (409, "busy"),
    Http404: (404, "unknown"),
    PermissionDenied: (403, "not_allowed"),
    RequestDataTooBig: (413, "too_large"),
    SuspiciousOperation: (400, "invalid"),
    DataError: (400, "invalid"),
}
"""A subclass answers as the nearest of its bases that stands here."""
INSTEAD: dict[type[Exception], str] = {
    Http404: "nothing is here; addresses end in a slash",
    RequestDataTooBig: "the body is larger than it may be",
    SuspiciousOperation: "no sound request: its host, or more fields or files than one may have",
}
"""What Django says of these is for those who run the site, and in its log."""
OF_COMMANDS = re.compile(
    r"(?:[;,]| \() ?[^;,(]*(?:(?<=\s)--[a-z]|\b[a-z]+_(?:list|status) (?:lists|shows)\b).*$"
    r"| with book_snapshot$"
)
"""What a refusal advises to who works by commands: the end of its sentence."""
SOON = {"Retry-After": "1"}
"""With each refusal of the code `busy`: the same request may be served a moment later."""

CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "not_allowed",
    404: "unknown",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
    416: "out_of_range",
    429: "throttled",
}
"""What DRF itself refuses."""
API = "/api/"
FAULT = "this is a fault of ours; it is in the server's log"


@dataclass(frozen=True)
class Refusal:
    """What a caller is told. `fields` has what is wrong with each field of a body or query."""

    status: int
    code: str
    detail: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        told = {"code": self.code, "detail": self.detail}
        return {**told, "fields": self.fields} if self.fields else told


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """For DRF; None for what is a fault of ours, which Django reports. Who does not read all is not
    told what runs, steps and agents there are."""
    if refusal := refusal_of(error):
        if isinstance(error, workflows.UnknownThing) and not _reads(context["request"]):
            refusal = replace(refusal, detail=refusal.detail.partition(";")[0])
        return Response(refusal.as_json(), status=refusal.status, headers=refusal.headers)
    return None


def _reads(request: Request) -> bool:
    caller: Caller | None = getattr(request, "caller", None)
    return caller is None or caller.may(Power.READ)


def page(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Where no view of DRF answers: to programs in JSON, to people as Django does."""
    if not request.path.startswith(API):
        return _for_people(request, exception)
    found = refusal_of(exception) if exception else None
    return answered(found or Refusal(500, "fault", FAULT))


def answered(refusal: Refusal) -> JsonResponse:
    return JsonResponse(refusal.as_json(), status=refusal.status, headers=refusal.headers)


def refusal_of(error: Exception) -> Refusal | None:
    if isinstance(error, exceptions.APIException):
        return _by_framework(error)
    if isinstance(error, DatabaseError) and is_contention(error):
        return Refusal(503, "busy", "the database is busy; try again", headers=SOON)
    for kind in type(error).__mro__:
        if kind in REFUSALS:
            status, code = REFUSALS[kind]
            headers = SOON if code == "busy" else {}
            return Refusal(status, code, _sentence(error) or str(kind.__doc__), headers=headers)
    return None


def for_people(error: Exception) -> Refusal | None:
    """The same for who reads it on a page, without what commands would do about it."""
    refusal = refusal_of(error)
    return refusal and replace(refusal, detail=OF_COMMANDS.sub("", refusal.detail))


def _sentence(error: Exception) -> str:
    """In one line."""
    told = (said for kind, said in INSTEAD.items() if isinstance(error, kind))
    return next(told, None) or " ".join(str(error).split())


def _by_framework(error: exceptions.APIException) -> Refusal:
    code = CODES.get(error.status_code, "refused")
    headers = {}
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict):
        fields = {str(name): list(_texts(said)) for name, said in error.detail.items()}
        first, said = next(iter(fields.items()))
        return Refusal(error.status_code, code, f"{first}: {said[0]}", fields, headers)
    return Refusal(error.status_code, code, " ".join(_texts(error.detail)), headers=headers)


def _texts(said: Any, within: str = "") -> Iterator[str]:
    """Every message of a nested error, each with where it belongs."""
    if isinstance(said, dict):
        for name, inner in said.items():
            yield from _texts(inner, f"{within}{name}: ")
    elif isinstance(said, list):
        for inner in said:
            yield from _texts(inner, within)
    else:
        yield f"{within}{said}"


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """An address of the interface that there is not."""
    raise Http404


def _for_people(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    if exception is None:
        return defaults.server_error(request)
    if isinstance(exception, Http404):
        return defaults.page_not_found(request, exception)
    if isinstance(exception, PermissionDenied):
        return defaults.permission_denied(request, exception)
    return defaults.bad_request(request, exception)
