"""The page of an escalation: what happened, round by round, and what a human answers."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.console import page
from config.console.escalations import words
from config.console.escalations.case import Case, shown_of
from config.console.escalations.typed import TAKE, Typed
from config.console.next_up import NextUp, on_to_next
from config.errors import Refusal
from events.escalations import escalating
from events.escalations.packet import ends_of
from events.inbox.asking import Kind
from events.models import Escalation, EscalationAction
from workflows.errors import UnknownThing


class EscalationPage(page.Page):
    row: Escalation | None = None
    typed: Typed | None = None

    def get(self, request: HttpRequest, escalation: int) -> HttpResponse:
        """What waits besides is asked for by itself, so that the page is there at once."""
        row = Escalation.objects.numbered(escalation)
        if page.is_part(request) and request.GET.get("part") == "next":
            following = NextUp(self.caller, (Kind.ESCALATION, row.pk))
            return self.page("console/parts/next_up.html", {"next_up": following})
        return self.shown(row, Typed())

    def post(self, request: HttpRequest, escalation: int) -> HttpResponse:
        """Take it, or answer it. To end the run is asked once more."""
        self.typed = typed = Typed.of(request.POST)
        self.row = row = Escalation.objects.numbered(escalation)
        self.caller.refuse_decision(row.escalated_to)
        typed.check()
        if typed.action == TAKE:
            return self.taken(row, typed)
        if typed.action == EscalationAction.ABORT and not typed.is_sure and row.is_open:
            return self.shown(row, typed.again(), asks=bool(typed.resolution.strip()))
        escalating.resolve(row, typed.answer, actor=self.caller.name, key=typed.key)
        done = words.done(Escalation.objects.numbered(escalation))
        besides, taken = (Kind.ESCALATION, row.pk), f"escalation {row.pk}"
        return on_to_next(request, self.caller, besides, done, taken=taken)

    def taken(self, row: Escalation, typed: Typed) -> HttpResponse:
        escalating.acknowledge(row, actor=self.caller.name, key=typed.key)
        messages.success(self.request, "You have it. Others of the group see that.")
        return redirect("console:escalation", row.pk)

    def shown(
        self, row: Escalation, typed: Typed, status: int = HTTPStatus.OK, **more: Any
    ) -> HttpResponse:
        case = Case(row, self.caller, self.request.GET)
        about = case.packet["chapter"]["title"] if case.packet["chapter"] else case.run.book.title
        told = {"case": case, "typed": typed, "about": about, "title": f"{about}: escalation"}
        return self.page("console/escalation.html", {**told, **more}, status=status)

    def refused(self, refusal: Refusal) -> HttpResponse:
        """Beside what was typed, with everything as it is now."""
        if self.row is None or self.typed is None or page.is_part(self.request):
            return super().refused(refusal)
        row, typed = Escalation.objects.numbered(self.row.pk), self.typed.again()
        return self.shown(row, typed, refusal.status, refusal=refusal)


class EscalationRound(page.Page):
    def get(self, request: HttpRequest, escalation: int, number: int) -> HttpResponse:
        """What one round changed. Raises UnknownThing where there is nothing to compare."""
        row = Escalation.objects.numbered(escalation)
        if not (ends := ends_of(row, number)):
            raise UnknownThing(f"escalation {row.pk} has no round {number} with a text to compare")
        shown = shown_of(row, number, ends, request.GET)
        part, whole = "console/parts/redline.html", "console/escalation_round.html"
        told = {"shown": shown, "escalation": row, "number": number}
        told["title"] = f"Round {number}"
        return self.page(part if page.is_part(request) else whole, told)
