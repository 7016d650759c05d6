"""Fields in which a row is named: by its slug, or as people call it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet

from books.api.bodies import MAX_NAME
from books.errors import unknown
from books.models import Book, Setting
from config.admin.forms import MOST_OFFERED, Offering

Pair = tuple[str, str]


class Named(forms.CharField):
    """The slug of one of `rows`, which answers slugs and names. Either may be typed; the first few
    hundred are offered, each with its name."""

    widget: Offering

    def __init__(self, noun: str, rows: Callable[[], QuerySet[Any, Pair]], **more: Any) -> None:
        self.noun, self.rows = noun, rows
        more.setdefault("help_text", f"A {noun}, by its title or its slug.")
        super().__init__(max_length=MAX_NAME, widget=Offering(), **more)

    def offer(self) -> None:
        self.widget.words = tuple(self.rows()[:MOST_OFFERED])

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        return self._slug_of(typed) if typed else ""

    def _slug_of(self, typed: str) -> str:
        pairs = list(self.rows())
        if any(slug == typed for slug, _ in pairs):
            return typed
        found = [slug for slug, name in pairs if name.casefold() == typed.casefold()]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(sorted(found))
            raise forms.ValidationError(
                f'{len(found)} go by the name "{typed}"; say which by its slug: {several}'
            )
        known = [word for pair in pairs for word in pair]
        raise forms.ValidationError(str(unknown(self.noun, typed, known)))


def book(**more: Any) -> Named:
    return Named(
        "book", lambda: Book.objects.order_by("title").values_list("slug", "title"), **more
    )


def setting(**more: Any) -> Named:
    rows = Setting.objects.order_by("name").values_list
    return Named("setting", lambda: rows("slug", "name"), **more)
