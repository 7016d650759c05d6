"""Columns that tell: words as tags, times by their age, rows of other tables as links.

Each is a callable for `list_display` and `readonly_fields`. Everything shown is escaped.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

Column = Callable[[Any], str]

TONES = {
    "busy": {"running", "editing", "in_production", "acknowledged", "started", "selected"},
    "done": {
        "completed", "succeeded", "published", "delivered", "fired", "approved", "resolved"
    },
    "waits": {
        "paused", "awaiting_decision", "escalated", "gate_opened", "ready", "operator", "routed"
    },
    "wrong": {"failed", "error", "rejected", "exhausted"},
}  # fmt: skip
"""The colours of a tag by its word; any other word is plain."""
STEPS = (("d", 86_400), ("h", 3_600), ("min", 60))
LONG_AGO = timedelta(days=60)
SHOWN_OF_DIGEST = 12


def column(name: str, shown: Column, description: str = "", ordering: str = "") -> Column:
    """A column of that name; sortable only where `ordering` names what by."""
    named = admin.display(description=description or name.replace("_", " "))(shown)
    named.__name__ = name
    if ordering:
        named.admin_order_field = ordering  # type: ignore[attr-defined]
    return named


def tone_of(word: str) -> str:
    return next((tone for tone, words in TONES.items() if word in words), "plain")


def tag(word: str, title: Any = "") -> SafeString | str:
    if not word:
        return "-"
    return format_html(
        '<span class="tag" data-tone="{}" title="{}">{}</span>',
        tone_of(word), title, word.replace("_", " "),
    )  # fmt: skip


def tagged(field: str, description: str = "") -> Column:
    """The word of a choice; what it means is told when one points at it."""

    def shown(row: Any) -> str:
        meaning = getattr(row, f"get_{field}_display", None)
        return tag(str(getattr(row, field)), meaning() if meaning else "")

    return column(field, shown, description, ordering=field)


def ago(field: str, description: str = "") -> Column:
    """How long ago, or how far ahead; the exact time when one points at it."""

    def shown(row: Any) -> str:
        return at(getattr(row, field))

    said = description or field.removesuffix("_at").replace("_", " ")
    return column(field, shown, said, ordering=field)


def at(moment: datetime | None) -> SafeString | str:
    if moment is None:
        return "-"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(), f"{moment:%Y-%m-%d %H:%M:%S} UTC", age(moment, timezone.now()),
    )  # fmt: skip


def age(moment: datetime, now: datetime) -> str:
    """Such as `3 h ago`, `in 2 d`, `now`, and the date of what lies far away."""
    apart = abs(now - moment)
    if apart > LONG_AGO:
        return f"{moment:%Y-%m-%d}"
    for unit, seconds in STEPS:
        if (count := int(apart.total_seconds()) // seconds) > 0:
            return f"{count} {unit} ago" if moment < now else f"in {count} {unit}"
    return "now"


def size(field: str = "size_bytes") -> Column:
    return column(field, lambda row: filesizeformat(getattr(row, field)), "size", ordering=field)


def short(field: str, description: str = "") -> Column:
    """The beginning of a digest; all of it when one points at it."""

    def shown(row: Any) -> str:
        digest = str(getattr(row, field))
        return format_html('<code title="{}">{}</code>', digest, digest[:SHOWN_OF_DIGEST])

    return column(field, shown, description)


def linked(way: str, description: str = "", *, code: bool = False) -> Column:
    """Another row by its name, such as `version__book`; the list reads it along."""
    steps = way.split("__")

    def shown(row: Any) -> str:
        other = reduce(lambda one, step: one and getattr(one, step), steps, row)
        return link_to(other, code=code) if other else "-"

    return column(steps[-1], shown, description)


def link_to(row: Model, said: str = "", *, code: bool = False) -> SafeString:
    """Its page in the admin."""
    of = row._meta  # noqa: SLF001 (Django documents it)
    page = reverse(f"admin:{of.app_label}_{of.model_name}_change", args=[row.pk])
    kind = "row-link code" if code else "row-link"
    return format_html('<a class="{}" href="{}">{}</a>', kind, page, said or str(row))
