"""The registry: settings, books, and what a book does differently in a workflow."""

from pathlib import Path
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from books.admin.columns import ago, linked, tagged
from books.admin.exchange import Exchanged
from books.admin.filters import choice, looked_up, yes_or_no
from books.admin.forms import BookForm, ConfigForm, SettingForm
from books.admin.rows import ReadOnly, Rows
from books.exchange import BOOKS, SETTINGS
from books.models import Book, BookWorkflowConfig, Seeded, Setting
from books.registry import amend
from books.worlds import amend_setting, register_setting


@admin.register(Setting)
class SettingAdmin(Exchanged):
    table = SETTINGS
    form = SettingForm
    list_display = ("name", "slug", "genre", tagged("status"), ago("created_at"))
    list_filter = (choice("status"),)
    search_fields = ("slug", "name", "genre")
    fields = ("slug", "name", "genre", "status", "source_path")

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Books and other systems know it by its slug."""
        return ("slug",) if obj else ("status",)

    def save_model(self, _request: HttpRequest, obj: Setting, form: Any, change: Any) -> None:
        said = form.cleaned_data
        if not change:
            source = Path(said["source_path"]) if said["source_path"] else None
            obj.pk = register_setting(
                slug=said["slug"], name=said["name"], genre=said["genre"], source=source
            ).pk
        elif form.has_changed():
            amend_setting(
                obj,
                status=said["status"],
                name=said["name"],
                genre=said["genre"],
                source=said["source_path"],
            )


@admin.register(Book)
class BookAdmin(Exchanged):
    """Books are registered by `book_register`, which takes their first version too. They are not
    deleted: versions are kept."""

    table = BOOKS
    form = BookForm
    list_display = (
        "title",
        "slug",
        tagged("book_type", "type"),
        tagged("status"),
        linked("setting"),
        ago("updated_at", "changed"),
    )
    list_filter = (choice("status"), choice("book_type"), looked_up("setting"))
    list_select_related = ("setting",)
    search_fields = ("slug", "title")
    fields = ("slug", "title", "book_type", "status", "setting", "source_path")
    readonly_fields = ("slug",)

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def save_model(self, _request: HttpRequest, obj: Book, form: Any, change: Any) -> None:  # noqa: ARG002
        said = form.cleaned_data
        if form.has_changed():
            amend(
                obj,
                title=said["title"],
                book_type=said["book_type"],
                status=said["status"],
                source=Path(said["source_path"]) if "source_path" in form.changed_data else None,
                setting=said["setting"].slug if said["setting"] else "",
            )


@admin.register(BookWorkflowConfig)
class BookWorkflowConfigAdmin(Rows):
    form = ConfigForm
    list_display = ("__str__", linked("book"), "workflow_type", "enabled")
    list_filter = (looked_up("book"), yes_or_no("enabled"))
    search_fields = ("book__slug", "book__title", "workflow_type")
    ordering = ("id",)
    list_select_related = ("book",)


@admin.register(Seeded)
class SeededAdmin(ReadOnly, Rows):
    list_display = ("kind", "name")
    search_fields = ("kind", "name")
    ordering = ("kind", "name")
