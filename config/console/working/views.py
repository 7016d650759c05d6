"""The page of a step, and its text as a file."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from books.api.content import SAFE
from books.errors import unknown
from config.console import redlines
from config.console.page import is_part
from config.console.redlines.pages import PART, WHOLE
from config.console.working.at_step import AtStep
from config.console.working.desk import Desk
from workflows import texts
from workflows.errors import UnknownThing

NUMBER = re.compile(r"[0-9]{1,18}")


class Work(AtStep):
    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """`?from=17` puts that draft into the text area, `?from=chapter` the chapter as it was."""
        self.opened()
        wanted = request.GET.get("from", "")
        return self.desk(self.text_from(wanted) if wanted else None, taken_from=wanted)

    def text_from(self, wanted: str) -> str:
        if wanted == "chapter":
            return Desk(self.row, self.caller).chapter_text
        offered = Desk(self.row, self.caller).offered
        found = offered.filter(pk=wanted).first() if NUMBER.fullmatch(wanted) else None
        if not found:
            raise UnknownThing(f'no draft "{wanted[:20]}" is kept at {self.row.noun}')
        return found.text


class Download(Work):
    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """The text as a file: the own draft, else the chapter; or as `?from=` says."""
        self.opened()
        wanted = request.GET.get("from", "")
        desk = Desk(self.row, self.caller, self.text_from(wanted) if wanted else None)
        if not desk.chapter:
            raise UnknownThing(f"{self.row.noun} is about no chapter")
        name = desk.chapter.path.rpartition("/")[2]
        told = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        headers = {**SAFE, "Content-Disposition": told}
        return HttpResponse(
            desk.text_to_show.encode(), content_type="text/markdown; charset=utf-8", headers=headers
        )


class Changes(AtStep):
    def get(self, request: HttpRequest, slug: str, **_: Any) -> HttpResponse:
        """What changed in one chapter since the last round, or since the input version."""
        step = self.opened()
        differences = {one.slug: one for one in Desk(step, self.caller).differences}
        if slug not in differences:
            raise UnknownThing(f'nothing changed in "{slug}" that {step.noun} is to look at')
        redline = redlines.between(differences[slug].old, differences[slug].new)
        shown = redlines.Shown.of(redline, request.GET, address=request.path, slug=slug)
        return self.page(PART if is_part(request) else WHOLE, {"shown": shown})


class Judged(AtStep):
    def get(self, request: HttpRequest, slug: str, **_: Any) -> HttpResponse:
        """One chapter as a review sees it, to be read and marked."""
        step = self.opened()
        digests = texts.judged_texts(step)
        if slug not in digests:
            raise unknown(f"chapter of {step.run.input_version}", slug, digests)
        text = texts.read([digests[slug]])[digests[slug]]
        digest, plain = digests[slug], "\r" not in text
        context = {"slug": slug, "text": text, "step": step, "plain": plain, "digest": digest}
        template = "judged" if is_part(request) else "judged_page"
        return self.page(f"console/work/{template}.html", context)
