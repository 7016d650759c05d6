"""How a chapter will look while it is being written."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from artifacts.errors import ArtifactTooLarge
from artifacts.previews.harmless import harmless
from config.console.framed import Framed
from config.console.page import is_part
from config.console.working import sent
from config.console.working.at_step import AtStep
from config.console.working.desk import Desk
from workflows.errors import InvalidInput
from workflows.models import Step
from workflows.previewing import chapter_so_far

MOST_CHARACTERS = 1_000_000


class Preview(Framed, AtStep):
    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002
        """The text as it is saved, as a page for a frame."""
        body = harmless(self.html(self.opened(), None))
        return self.framed({"body": mark_safe(body), "is_markdown": True})  # noqa: S308 (harmless)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """The text as it stands in the form: for a script its HTML alone."""
        step = self.opened()
        body = self.html(step, sent.typed(request))
        if not is_part(request):
            body = harmless(body)
            return self.framed({"body": mark_safe(body), "is_markdown": True})  # noqa: S308
        context = {"body": mark_safe(body)}  # noqa: S308 (cleaned)
        return render(request, "console/work/chapter.html", context)

    def html(self, step: Step, text: str | None) -> str:
        desk = Desk(step, self.caller, text)
        if not desk.chapter:
            raise InvalidInput(f"{step.noun} is about no chapter")
        if len(desk.text_to_show) > MOST_CHARACTERS:
            raise ArtifactTooLarge(
                "the text is too long for a preview; hand-in takes it all the same"
            )
        path, version = desk.chapter.path, step.run.input_version
        return chapter_so_far(path, desk.text_to_show.replace("\0", "\ufffd"), version)


@require_safe
def styles(request: HttpRequest) -> HttpResponse:
    """How chapters look: the same as in the book, as a file, since pages allow no other styles."""
    answer = render(request, "artifacts/book.css", content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = "max-age=3600"
    return answer
