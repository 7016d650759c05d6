"""Versions and what they hold, to look at: they are immutable here too."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from books.admin.columns import ago, linked, short, size
from books.admin.filters import looked_up
from books.admin.rows import Many, ReadOnly
from books.models import Asset, BookVersion, Chapter, Text

MOST_SHOWN = 20_000  # characters of a text on its page


@admin.register(BookVersion)
class BookVersionAdmin(ReadOnly, Many):
    list_display = (
        "__str__",
        linked("book"),
        linked("made_by_run", "made by", code=True),
        short("digest"),
        ago("created_at"),
    )
    list_filter = (looked_up("book"),)
    list_select_related = ("book", "made_by_run")
    search_fields = ("book__slug", "made_by_run__public_id")
    search_help_text = "slug of a book, or id of a run"
    ordering = ("-id",)
    fields = ("book", "number", "parent", "digest", "made_by_run", "created_at")


@admin.register(Chapter)
class ChapterAdmin(ReadOnly, Many):
    list_display = ("title", "slug", linked("version"), "position", "words", short("digest"))
    list_filter = (looked_up("version"),)
    list_select_related = ("version__book",)
    search_fields = ("source", "pk")
    search_help_text = "digest of a text"
    ordering = ("-id",)
    fields = ("version", "position", "slug", "path", "title", "words", "source", "made_from")


@admin.register(Asset)
class AssetAdmin(ReadOnly, Many):
    list_display = ("path", linked("version"), "media_type", size(), short("digest"))
    list_filter = (looked_up("version"),)
    list_select_related = ("version__book",)
    search_fields = ("digest", "pk")
    search_help_text = "digest of a file"
    ordering = ("-id",)


@admin.register(Text)
class TextAdmin(ReadOnly, Many):
    """A list does not read the texts; a page shows the beginning of a long one."""

    list_display = ("digest",)
    search_fields = ("digest",)
    search_help_text = "digest"
    ordering = ("digest",)
    fields = ("digest", "beginning")
    readonly_fields = ("beginning",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Text]:
        return super().get_queryset(request).defer("text")

    @admin.display(description="text")
    def beginning(self, text: Text) -> Any:
        shown = text.text[:MOST_SHOWN]
        rest = "\n[…]" if len(text.text) > MOST_SHOWN else ""
        return format_html('<pre class="text">{}{}</pre>', shown, rest)
