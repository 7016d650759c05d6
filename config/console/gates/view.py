"""A gate as a page, a chapter of it as a part, and the decision."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from config import errors
from config.console.gates.deciding import decided
from config.console.gates.form import Filled
from config.console.gates.page import Asked, told
from config.console.gates.standing import standing_of
from config.console.next_up import on_to_next
from config.console.page import Page, is_part
from events.inbox.asking import Kind
from workflows import gates
from workflows.errors import TextChanged, WorkflowsError
from workflows.models import Step

CHANGED = "the text has changed since you read it; read what is new, and decide again"
"""To a program both digests are told; they help nobody who reads."""


class Gate(Page):
    def get(self, request: HttpRequest, step: int) -> HttpResponse:
        asked = Asked(_gate(step), self.caller, request.GET)
        return self.page("console/gate.html", told(asked, Filled()))

    def post(self, request: HttpRequest, step: int) -> HttpResponse:
        """Decide it, and go on to what waits next. What is refused is said on the page as it is
        now, with all that was filled in."""
        row = _gate(step)
        filled = Filled.of(request.POST)
        try:
            said = decided(row, filled, self.caller)
        except WorkflowsError as error:
            if (refusal := errors.for_people(error)) is None:
                raise
            if isinstance(error, TextChanged):
                refusal = replace(refusal, detail=CHANGED)
            return self._refused(filled, _gate(step), refusal)
        besides = (Kind.GATE, row.pk)
        return on_to_next(request, self.caller, besides, said, taken=f"gate {row.pk}")

    def _refused(self, filled: Filled, row: Step, refusal: errors.Refusal) -> HttpResponse:
        """On the page of the attempt that waits now, where another followed this one."""
        latest = row.run.progress.latest(row.name)
        here = latest if latest and latest.is_open else row
        asked = Asked(here, self.caller, self.request.GET)
        made = standing_of(row, self.caller).made if here is not row else None
        context = {**told(asked, filled, refusal), "sent_to": row, "sent_to_made": made}
        return self.page("console/gate.html", context, status=refusal.status)


class GateChapter(Page):
    """One chapter alone: a part of the page of its gate, or a page by itself."""

    def get(self, request: HttpRequest, step: int, chapter: str) -> HttpResponse:
        asked = Asked(_gate(step), self.caller, request.GET)
        line = asked.line(chapter)
        section = asked.chapters.section(line, request.GET)
        context = {"section": section, "gate": asked.step, "run": asked.run, "asked": asked}
        if not is_part(request):
            around = asked.around(line)
            return self.page("console/gate_chapter.html", {**context, "around": around})
        if "section" in request.GET:
            return self.page("console/parts/gate_chapter.html", {**context, "part": True})
        return self.page("console/parts/redline.html", {"shown": section.shown})


def _gate(step: int) -> Step:
    row = Step.objects.numbered(step)
    gates.role_of(row)
    return row
