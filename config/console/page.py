"""What every page of the console does first: asks who is there, and whether that one may."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views import View

from config import access, errors
from config.login.powers import caller_of
from workflows.callers import Caller
from workflows.errors import NotAllowed

LOGGED_OUT = "your session has ended; log in again, in another tab if you like, and go on here"


class Page(View):
    """A page by a view's usual methods. What they raise of `config.errors.REFUSALS` is told in
    words, with its status."""

    caller: Caller
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An address may answer with a page or with a part: who goes back to it is not to be given
        the part that a script fetched there meanwhile."""
        answer = self._answer(request, *args, **kwargs)
        patch_vary_headers(answer, ["HX-Request"])
        return answer

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return self.logged_out(request)
        self.user, self.caller = request.user, caller_of(request.user)
        try:
            self._refuse(request)
            return super().dispatch(request, *args, **kwargs)
        except Exception as error:
            if (refusal := errors.for_people(error)) is None:
                raise
            return self.refused(refusal)

    def logged_out(self, request: HttpRequest) -> HttpResponse:
        """A whole page leads to the login and back; a script that asks is told why it gets
        nothing, and what was typed stays where it is."""
        if is_part(request):
            told = errors.Refusal(HTTPStatus.UNAUTHORIZED, "not_authenticated", LOGGED_OUT)
            return part_refused(request, told)
        wanted = request.get_full_path() if request.method == "GET" else request.path
        return redirect_to_login(wanted)

    def refused(self, refusal: errors.Refusal) -> HttpResponse:
        """What is said instead. A form says it beside what was typed."""
        if is_part(self.request):
            return part_refused(self.request, refusal)
        context = {"refusal": refusal, "title": "That cannot be"}
        return self.page("console/refused.html", context, status=refusal.status)

    def page(
        self, template: str, context: dict[str, Any] | None = None, *, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        """A template with who is there."""
        told = {"caller": self.caller, **(context or {})}
        return render(self.request, template, told, status=status)

    def _refuse(self, request: HttpRequest) -> None:
        """Raises NotAllowed by the table. A method that a page does not have is Django's matter."""
        match, method = request.resolver_match, str(request.method)
        powers = access.needed(match.view_name if match else "", method)
        why = access.lacking(self.caller, powers)
        if why and hasattr(self, method.lower()):
            raise NotAllowed(why)


def is_part(request: HttpRequest) -> bool:
    """Whether a script asks for a part of a page, and not a person for a page."""
    return "HX-Request" in request.headers


def part_refused(request: HttpRequest, refusal: errors.Refusal) -> HttpResponse:
    context = {"refusal": refusal}
    return render(request, "console/parts/refusal.html", context, status=refusal.status)
