"""While one writes: drafts, checks, and how it will look."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from config.console.page import is_part
from config.console.working import sent
from config.console.working.at_step import OnlyPosted
from config.console.working.desk import Desk
from config.console.working.findings import Findings
from workflows import drafting, work
from workflows.errors import DraftChanged, InvalidInput, StaleLease
from workflows.models import Draft, Step

KEPT = "what you wrote is kept as a draft, and is offered when the step is claimed again"


def lease_seconds() -> int:
    """For how long a person holds a step."""
    return int(settings.BINDERY_HUMAN_LEASE_HOURS) * 3600


class Posted(OnlyPosted):
    """A form that carries the text: of the field, or of a file that was chosen instead. Where it is
    refused, the field has again what was typed."""

    text: str | None = None
    """As it is stored."""

    def holder(self) -> work.Held:
        """By what the form says. Raises NotAllowed for who never held the step, or may do such
        work no more; the text is shown again then."""
        step, said = self.found(), self.request.POST
        self.caller.refuse_strange(step)
        self.text = self.read_text(step)
        self.caller.refuse_work(step.agent)
        return work.Held(step, said.get("lease", ""), self.caller.name, said.get("key", ""))

    def read_text(self, step: Step) -> str | None:
        """Of a file, else of the field; what cannot be stored is shown again all the same."""
        if not step.item:
            return None
        if (typed := sent.typed(self.request)) is not None:
            self.posted = typed.replace("\0", "\ufffd")
        desk = Desk(step, self.caller)
        chosen = sent.chosen(self.request, desk.chapter_text)
        if chosen is not None or typed is None:
            return chosen
        path = desk.chapter.path if desk.chapter else ""
        return sent.chapter_text(typed, path, desk.chapter_text)


class SaveDraft(Posted):
    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        holder = self.holder()
        if self.text is None:
            raise InvalidInput("there is no text to keep")
        self.posted = self.text  # a file is to be the text of the field
        draft = self.kept(holder, self.text)
        step = Step.objects.numbered(holder.step.pk)
        if is_part(request):
            context = {"draft": draft, "step": step}
            return render(request, "console/work/saved.html", context)
        messages.success(request, f"Saved at {draft.updated_at:%H:%M} UTC.")
        return redirect("console:work", step.pk)

    def kept(self, holder: work.Held, text: str) -> Draft:
        said = self.request.POST
        over = None if said.get("force") else said.get("over", "")
        try:
            return _kept(replace(holder, key=""), text, over)
        except DraftChanged:
            self.problem = "draft_changed"
            raise


def _kept(holder: work.Held, text: str, over: str | None) -> Draft:
    """The lease is renewed with it. Without the lease the text is kept all the same."""
    try:
        draft = drafting.keep_over(holder, text, over)
        work.heartbeat(holder, seconds=lease_seconds())
    except StaleLease as refusal:
        drafting.keep_late(holder.step, holder.actor, text, over)
        raise StaleLease(f"{refusal}; {KEPT}") from refusal
    return draft


class Check(OnlyPosted):
    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """What the checks say of the text as it stands in the form."""
        step = self.opened()
        if (text := sent.typed(request)) is not None:
            self.posted = text.replace("\0", "\ufffd")
        desk = Desk(step, self.caller, text)
        if not desk.chapter:
            raise InvalidInput(f"{step.noun} is about no chapter; the checks read chapters")
        judged = desk.text_to_show if text is None else sent.chapter_text(text, "", "")
        findings = Findings.of(step, judged)
        if is_part(request):
            return render(request, "console/work/findings.html", {"findings": findings})
        return self.desk(text, findings=findings, said=request.POST.dict())
