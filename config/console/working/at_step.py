"""What the pages of one step have in common."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string

from config.console.page import Page, is_part
from config.console.working.desk import Desk
from config.errors import Refusal
from workflows.errors import IllegalMove, NotAllowed, UnknownThing
from workflows.models import Step, StepKind

TICKED = ("chapters", "answers", "items")


class AtStep(Page):
    """A page of `/work/<step>/`. A form that is refused comes back with what was typed."""

    row: Step
    posted: str | None = None
    problem: str = ""
    """What a script is told beside the words; the refusal's code unless there is more to say."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.row = Step(pk=kwargs["step"])
        return super().dispatch(request, *args, **kwargs)

    def found(self) -> Step:
        """Raises UnknownThing, and IllegalMove for a gate."""
        self.row = Step.objects.numbered(self.kwargs["step"])
        if self.row.kind == StepKind.GATE:
            raise IllegalMove(f"{self.row.noun} is a gate: it is decided, not worked on")
        return self.row

    def opened(self) -> Step:
        """The same for whoever may see it: who held it once may, too. Raises NotAllowed."""
        row = self.found()
        try:
            self.caller.refuse_unseen(row)
        except NotAllowed:
            self.caller.refuse_strange(row)
        return row

    def refused(self, refusal: Refusal) -> HttpResponse:
        if is_part(self.request):
            context = {"refusal": refusal, "code": self.problem or refusal.code}
            if refusal.code == "stale":
                context["way"] = Desk(Step.objects.numbered(self.row.pk), self.caller).way_on
            template = "console/work/refusal.html"
            return render(self.request, template, context, status=refusal.status)
        if self.request.method == "GET" or not self.is_seen():
            return super().refused(refusal)
        said = self.request.POST
        ticked = {one for name in TICKED for one in said.getlist(name)}
        told = {"refusal": refusal, "code": self.problem, "said": said.dict(), "ticked": ticked}
        told["file"] = self.request.FILES.get("chosen")
        return self.desk(self.posted, status=refusal.status, **told)

    def is_seen(self) -> bool:
        """Whether the page of the step may be shown beside a refusal."""
        try:
            self.opened()
        except (NotAllowed, UnknownThing, IllegalMove):
            return False
        return True

    def desk(self, text: str | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
        """The whole page. `text` is what shall stand in the text area."""
        desk = Desk(self.row, self.caller, text, more.get("said", {}))
        template = "console/work/held.html" if desk.is_mine else "console/work/open.html"
        key = get_random_string(24)
        return self.page(template, {"desk": desk, "key": key, **more}, status=status)


class OnlyPosted(AtStep):
    """What a form is sent to. Its address stands in the browser after a refusal: who opens it again
    comes to the page of the step."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002
        return redirect("console:work", self.row.pk)
