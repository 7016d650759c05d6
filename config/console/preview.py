"""What lies in the store, to be looked at. It was handed in by anybody: nothing of it runs here,
and nothing of it asks another host."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.safestring import mark_safe

from artifacts import store
from artifacts.contents import media
from artifacts.errors import CannotShow
from artifacts.models import Artifact
from artifacts.previews import pages
from artifacts.previews.entries import Entries, entries
from artifacts.previews.kinds import Kind, is_text, kind_of
from artifacts.previews.texts import Beginning, beginning
from books.api.content import SAFE, Content
from config.console.framed import Framed
from config.console.page import Page, is_part
from workflows.callers import Caller
from workflows.errors import InvalidInput
from workflows.previewing import document

PAGES_AT_ONCE = 40
MOST_PAGES = 100_000


@dataclass(frozen=True)
class Preview:
    """What `console/parts/preview.html` shows. `why_not` says why nothing is, where that is so."""

    artifact: Artifact
    as_text: bool = False
    first: int = 1

    @classmethod
    def of(cls, artifact: Artifact, asked: QueryDict) -> "Preview":
        """By a query: `as=text`, `from=41`. Raises InvalidInput."""
        first, shape = asked.get("from", "1"), asked.get("as", "")
        if not (first.isdecimal() and first.isascii() and 0 < int(first[:9]) < MOST_PAGES):
            raise InvalidInput(f'from is the number of a page, not "{first[:40]}"')
        if shape not in ("", "text"):
            raise InvalidInput(f'as is "text" or nothing, not "{shape[:40]}"')
        return cls(artifact, shape == "text", int(first))

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.artifact, as_text=self.as_text)

    @property
    def has_source(self) -> bool:
        """Whether it may be shown as text besides."""
        return is_text(self.artifact) and kind_of(self.artifact) != Kind.TEXT

    @cached_property
    def why_not(self) -> str:
        try:
            if self.kind == Kind.PAGES:
                self.sheet  # noqa: B018 (drawn before the page says that it is there)
            if self.kind == Kind.ENTRIES:
                self.entries  # noqa: B018
        except CannotShow as why:
            return str(why)
        return ""

    @cached_property
    def text(self) -> Beginning:
        return beginning(self.artifact.digest)

    @cached_property
    def entries(self) -> Entries:
        return entries(self.artifact.digest)

    @cached_property
    def sheet(self) -> pages.Sheet:
        return pages.sheet(self.artifact.digest, self.first)

    @property
    def numbers(self) -> range:
        return range(self.first, min(self.sheet.pages, self.first + PAGES_AT_ONCE - 1) + 1)

    @property
    def following(self) -> range:
        """The pages that come after those shown; empty at the end."""
        start = self.numbers.stop
        return range(start, min(self.sheet.pages, start + PAGES_AT_ONCE - 1) + 1)

    @property
    def before(self) -> int:
        """The first of the pages that come before those shown; 0 at the beginning."""
        return max(1, self.first - PAGES_AT_ONCE) if self.first > 1 else 0


class Look(Page):
    def get(self, request: HttpRequest, artifact: str) -> HttpResponse:
        """A page; only what it shows, where a script asks for a part."""
        row = seen(self.caller, artifact)
        preview = Preview.of(row, request.GET)
        part = "console/parts/preview.html" if is_part(request) else "console/preview.html"
        return self.page(part, {"preview": preview, "title": row.path})


class Frame(Framed):
    def get(self, request: HttpRequest, artifact: str) -> HttpResponse:  # noqa: ARG002
        """The document itself, for a frame."""
        row = seen(self.caller, artifact)
        if kind_of(row) != Kind.DOCUMENT:
            raise CannotShow(f"{row.path} is {row.media_type}, which is not shown in a frame")
        body = mark_safe(document(row))  # noqa: S308 (harmless)
        is_markdown = row.media_type == media.MARKDOWN
        return self.framed({"body": body, "artifact": row, "is_markdown": is_markdown})


class Sheet(Page):
    def get(self, request: HttpRequest, artifact: str, number: int) -> HttpResponse:
        """One page of a PDF as a PNG."""
        row = seen(self.caller, artifact)
        if kind_of(row) != Kind.PAGES:
            raise CannotShow(f"{row.path} is {row.media_type}, which has no pages")
        tag = f'"{row.digest}-{number}-{pages.PIXELS}"'
        headers = {**SAFE, "Accept-Ranges": "none", "ETag": tag}
        if tag in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers=headers)
        png = pages.sheet(row.digest, number).png
        return HttpResponse(png, content_type="image/png", headers=headers)


class Whole(Page):
    def get(self, request: HttpRequest, artifact: str) -> HttpResponseBase:
        """All of it, to be downloaded; a picture may show it."""
        row = seen(self.caller, artifact)
        content = Content(row.digest, row.size_bytes, row.media_type, row.path, store.opened)
        return content.answer(request)


def seen(caller: Caller, artifact: str) -> Artifact:
    """What an address names. Raises UnknownArtifact, and NotAllowed where it is not for this
    caller."""
    row = Artifact.objects.named(artifact)
    caller.refuse_unseen_artifact(row)
    return row
