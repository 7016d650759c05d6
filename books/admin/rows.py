"""What the lists and pages of all apps share."""

from collections.abc import Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.core.paginator import Paginator
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline

from books.admin.meanwhile import alone_with, held
from books.admin.paging import Leafed, Leaves

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Any]
else:
    Base, Inline = ModelAdmin, TabularInline


def let_go(request: HttpRequest) -> str:
    """What a message says so that a browser keeps no more of what was sent (kept-forms.js)."""
    return f"admin {request.path}" if request.method == "POST" else ""


class ReadOnly:
    """Nothing can be added, changed or deleted."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class Rows(Base):
    """A list that counts nothing and a form that lists no other table.

    For tables that stay small: its list may be sorted by any column and searched for parts of
    words. What can grow without end is `Many`.
    """

    change_list_template = "admin/leafed.html"
    change_form_before_template = "admin/as_read.html"
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = True
    list_fullwidth = True
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    warn_unsaved_form = True
    keeps_in_browser = True
    """Whether what was sent is kept there until it is saved."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: Any = None, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=bool(change), **kwargs)
        return held(form) if change else form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **more: Any
    ) -> Any:
        of = object_id if request.method == "POST" else None
        row = self.get_object(request, unquote(of)) if of else None
        with alone_with(row) if row else nullcontext():
            return super().changeform_view(request, object_id, *args, **more)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Any]:  # noqa: ARG002
        return Leafed

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,  # noqa: FBT001, FBT002 (as Django has it)
    ) -> None:
        tags = extra_tags or ("" if level == messages.ERROR else let_go(request))
        super().message_user(request, message, level, tags, fail_silently)

    @admin.display(description="")
    def action_checkbox(self, obj: Any) -> SafeString:
        """Django's own, which names its row; that of the look is five times as long."""
        return admin.ModelAdmin.action_checkbox(self, obj)

    def get_paginator(
        self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any
    ) -> "Paginator[Any]":
        """The history of a row, which is short, is counted."""
        if queryset.model is self.model:
            return Leaves(queryset, per_page)
        return super().get_paginator(request, queryset, per_page, *args, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:  # noqa: ARG002
        fields = self.opts.get_fields()
        return [field.name for field in fields if isinstance(field, ForeignKey)]


class Many(Rows):
    """A list of very many rows: in the order of an index alone, and searched for whole names.

    `search_fields` are ways to a column that has an index, such as `run__public_id` or `pk`.
    """

    sortable_by = ()

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        word = search_term.strip()
        return (named(queryset, self.search_fields, word) if word else queryset), False


def named(rows: QuerySet[Any], ways: Iterable[str], word: str) -> QuerySet[Any]:
    """The rows to which the first of these ways leads that leads anywhere.

    Each way is looked up by itself: for "one or the other" a database reads the whole table.
    """
    for way in ways:
        try:
            found = _by(rows, way, word)
        except ValueError:  # no number, where one would be needed
            continue
        if found is not None:
            return found
    return rows.none()


def _by(rows: QuerySet[Any], way: str, word: str) -> QuerySet[Any] | None:
    relation, _, column = way.rpartition("__")
    wanted: Any = word
    if relation:
        related: Any = get_fields_from_path(rows.model, relation)[-1].related_model
        keys = related.objects.filter(**{column: word}).order_by().values_list("pk", flat=True)[:1]
        if (wanted := next(iter(keys), None)) is None:
            return None
    found = rows.filter(**{relation or column: wanted})
    return found if found.order_by().exists() else None
