"""Refusals that come before any page: a form of a session that has ended."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from config.console.page import is_part, part_refused
from config.errors import API, Refusal, answered

STALE = "this form is from before you last logged in. Nothing was done. Go back"
CONSOLE = f"{STALE}, load the page anew and send it again; what you typed is kept in this browser"
ADMIN = f"{STALE} and send it again; if it is refused once more, load the page anew first"
"""Where nothing is kept but what the browser itself keeps of a page that one goes back to."""


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Django's answer where the token of a form does not fit (`CSRF_FAILURE_VIEW`)."""
    in_admin = request.path.startswith(reverse("admin:index"))
    refusal = Refusal(403, "not_allowed", ADMIN if in_admin else CONSOLE)
    if request.path.startswith(API):
        return answered(refusal)
    if is_part(request):
        return part_refused(request, refusal)
    context = {"refusal": refusal, "title": "Please send it once more"}
    return render(request, "console/refused.html", context, status=refusal.status)
