"""The rows of a list in few bytes: unfold's carry their whole look with each cell."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import items_for_result
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from unfold.templatetags.unfold_list import result_headers

register = template.Library()


@register.inclusion_tag("admin/leafed_rows.html")
def leafed_rows(cl: Any) -> dict[str, Any]:
    heads = list(result_headers(cl))
    labels = [format_html(' data-label="{}"', _label(head)) for head in heads]
    rows = [list(_cells(cl, row, labels)) for row in cl.result_list]
    sorted_by = sum(bool(head["sortable"] and head["sorted"]) for head in heads)
    return {"cl": cl, "result_headers": heads, "rows": rows, "num_sorted_fields": sorted_by}


def _label(head: dict[str, Any]) -> str:
    """What a phone shows before a cell; before the box to choose a row by, nothing."""
    word = str(head["text"])
    return "" if word.lstrip().startswith("<") else word[:1].upper() + word[1:]


def _cells(cl: Any, row: Any, labels: list[SafeString]) -> Iterator[SafeString]:
    """Django's cells, each with its label."""
    for cell, label in zip(items_for_result(cl, row, None), labels, strict=True):
        yield mark_safe(f"{cell[:3]}{label}{cell[3:]}")  # noqa: S308 (parts are escaped by Django)
