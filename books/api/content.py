"""Stored bytes as an answer: sent piece by piece, never shown by a browser, part of them on
request."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

CHUNK_BYTES = 256 * 1024
RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII)
SAFE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",  # whether one may read it is asked each time
}
"""What lies in the store was handed in by anybody: no browser runs it as a page of this site."""


ASKED = [
    OpenApiParameter("Range", OpenApiTypes.STR, OpenApiParameter.HEADER, description="bytes=0-99"),
    OpenApiParameter(
        "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="An ETag."
    ),
]
BYTES = {"description": "In the media type that the file has."}
ANSWERED: dict[Any, Any] = {
    (200, "*/*"): OpenApiResponse(BYTES, description="All of it."),
    (206, "*/*"): OpenApiResponse(BYTES, description="The range that was asked for."),
    304: OpenApiResponse(description="It has not changed."),
}
"""What addresses of content tell the schema."""
REFUSED = frozenset({409, 416})  # the store has lost it; out of range


class OutOfRange(APIException):
    status_code = 416
    default_detail = "the range begins after the last byte"


class AsItIs(BaseContentNegotiation):
    """Content has the media type that it has, whatever is asked for; errors are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:  # noqa: ARG002
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:  # noqa: ARG002
        return renderers[0], renderers[0].media_type


@dataclass(frozen=True)
class Content:
    """What is stored under a digest; `opened` gives its file, or raises what its store does."""

    digest: str
    size_bytes: int
    media_type: str
    path: str
    opened: Callable[[str], AbstractContextManager[Any]]

    def answer(self, request: Request | HttpRequest) -> HttpResponseBase:
        """All of it, one range of it, or that it has not changed. Raises OutOfRange."""
        headers = {**SAFE, "ETag": f'"{self.digest}"'}
        if self._is_known_to(request):
            return HttpResponse(status=304, headers=headers)
        part, status = self._wanted(request), 200
        if part is None:
            part = range(self.size_bytes)
        else:
            status = 206
            headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{self.size_bytes}"
        headers["Content-Length"] = str(len(part))
        headers["Content-Type"] = self.media_type
        name = self.path.rpartition("/")[2]
        headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
        if request.method == "HEAD":
            return HttpResponse(status=status, headers=headers)
        return Streamed(Pieces(self.opened(self.digest), part), status=status, headers=headers)

    def _is_known_to(self, request: Request | HttpRequest) -> bool:
        known = parse_etags(request.headers.get("If-None-Match", ""))
        return "*" in known or any(one.removeprefix("W/") == f'"{self.digest}"' for one in known)

    def _wanted(self, request: Request | HttpRequest) -> range | None:
        """The range that is asked for; None for all. Several ranges at once are answered by all,
        as is a range of what has changed since."""
        found = RANGE.fullmatch(request.headers.get("Range", ""))
        if not found or request.headers.get("If-Range", f'"{self.digest}"') != f'"{self.digest}"':
            return None
        first, last, ending = found.groups()
        if ending:
            start, stop = max(0, self.size_bytes - int(ending)), self.size_bytes
        else:
            start = int(first)
            stop = min(int(last) + 1, self.size_bytes) if last else self.size_bytes
        if last and int(last) < int(first):
            return None
        if start >= stop:
            raise OutOfRange
        return range(start, stop)


class Pieces:
    """The bytes of a file that is open already, so that what is missing is told before any."""

    def __init__(self, opened: AbstractContextManager[Any], part: range) -> None:
        self._stack = ExitStack()
        self._file = self._stack.enter_context(opened)
        self._part = part

    def __iter__(self) -> Iterator[bytes]:
        """Once; the file is closed at the end, or by `close` where nobody reads so far."""
        with self._stack:
            self._file.seek(self._part.start)
            left = len(self._part)
            while left and (piece := self._file.read(min(CHUNK_BYTES, left))):
                left -= len(piece)
                yield piece

    def close(self) -> None:
        self._stack.close()


class Streamed(StreamingHttpResponse):
    """Under ASGI a piece is read at a time, in a thread. Django would read all of them first."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)

        def following() -> bytes | None:
            return next(pieces, None)

        while (piece := await sync_to_async(following)()) is not None:
            yield piece
