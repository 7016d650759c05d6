"""Pages for a frame of another page."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.console.page import LOGGED_OUT, Page, is_part
from config.errors import Refusal

SANDBOXED = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-cache",
}
"""Of a page within the page: a sandbox without scripts and without this site's origin, however it
is opened."""


class Framed(Page):
    """What is refused is told within the frame, where there is little room."""

    def logged_out(self, request: HttpRequest) -> HttpResponse:
        if is_part(request):
            return super().logged_out(request)
        return self.refused(Refusal(HTTPStatus.UNAUTHORIZED, "not_authenticated", LOGGED_OUT))

    def refused(self, refusal: Refusal) -> HttpResponse:
        if is_part(self.request):
            return super().refused(refusal)
        return self.framed({"refusal": refusal}, status=refusal.status)

    def framed(self, shown: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
        page = render(self.request, "console/frame.html", shown, status=status)
        for name, said in SANDBOXED.items():
            page.headers[name] = said
        return page
