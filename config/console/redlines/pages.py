"""What changed between two texts, alone on a page; and its parts, for pages that show it."""

from django.http import HttpRequest, HttpResponse

from config.console.page import Page, is_part
from config.console.redlines.keeping import between
from config.console.redlines.shown import Shown
from workflows import texts

PART, WHOLE = "console/parts/redline.html", "console/redline.html"


class RedlinePage(Page):
    def get(self, request: HttpRequest, old: str, new: str) -> HttpResponse:
        texts.known({old, new})
        shown = Shown.of(between(old, new), request.GET, address=request.path)
        return self.page(PART if is_part(request) else WHOLE, {"shown": shown})
