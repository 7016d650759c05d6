"""Claiming a step, and handing it back: done, sent back, failed, or untouched."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from artifacts.models import ArtifactType
from artifacts.registry import Handed
from config.console.next_up import on_to_next
from config.console.working import sent
from config.console.working.at_step import OnlyPosted
from config.console.working.desk import Desk
from config.console.working.following import what_follows
from config.console.working.writing import Posted, lease_seconds
from events.inbox.asking import Kind
from workflows import claims, verdicts, work
from workflows.errors import Contradiction, IllegalMove, InvalidInput
from workflows.models import Step


class Claim(OnlyPosted):
    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """For days. Who has it already is told where it is not free."""
        step, name = self.found(), self.caller.name
        self.caller.refuse_work(step.agent)
        if not Desk(step, self.caller).is_mine:
            wanted = claims.Claim((step.agent,), name, None, lease_seconds(), step.pk)
            if not claims.claim(wanted, actor=name):
                raise _not_free(Step.objects.numbered(step.pk))
            messages.success(request, "It is yours now.")
        return redirect("console:work", step.pk)


def _not_free(step: Step) -> Exception:
    if step.worker:
        return Contradiction(f"{step.worker} has it already: {step.noun} is {step.status}")
    if step.run.status != "running":
        return IllegalMove(f"run {step.run} is {step.run.status}: nothing of it is handed out")
    return IllegalMove(f"{step.noun} is {step.status} and cannot be claimed now")


class HandBack(Posted):
    """A verb on a step that is held. It goes on to what waits next."""

    done = ""
    took = " why"
    """Of what was typed at the step; the rest a browser offers again to who comes back."""

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        holder = self.holder()
        self.act(holder)
        done = f"{self.done} {what_follows(holder.step)}"
        number = holder.step.pk
        besides, taken = (Kind.WORK, number), f"work {number}{self.took}"
        return on_to_next(request, self.caller, besides, done, taken=taken)

    def act(self, holder: work.Held) -> None:
        raise NotImplementedError


class Complete(HandBack):
    done = "Handed in."
    took = ""

    def act(self, holder: work.Held) -> None:
        result = sent.result_of(holder.step, self.request.POST)
        work.complete(holder, result=result, handed=list(self.handed(holder.step)))

    def handed(self, step: Step) -> Iterator[Handed]:
        desk = Desk(step, self.caller)
        if desk.writes_chapter and desk.chapter and self.text is not None:
            if sent.is_blank(self.text):
                raise InvalidInput("there is no text to hand in: a chapter has words")
            content = self.text.encode()
            yield Handed.of_bytes(ArtifactType.CHAPTER, desk.chapter.path, content)
        yield from sent.made_of(self.request, desk.made)


class Reject(HandBack):
    done = "Sent back."
    took = ""

    def act(self, holder: work.Held) -> None:
        verdicts.reject(holder, sent.verdict_of(holder.step, self.request.POST))


class Release(HandBack):
    done = "Put back, for another to claim."

    def act(self, holder: work.Held) -> None:
        work.release(holder, reason=sent.reason_of(self.request.POST))


class Fail(HandBack):
    done = "Given up."

    def act(self, holder: work.Held) -> None:
        work.fail(holder, reason=sent.reason_of(self.request.POST))
