"""The registry to look at. Versions and what they hold are immutable here too."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest

from books.configs import checked
from books.errors import BooksError
from books.json_field import ConfigField
from books.models import (
    Asset,
    Book,
    BookVersion,
    BookWorkflowConfig,
    Chapter,
    Seeded,
    Setting,
    Text,
)

if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Any]
    Form = ModelForm[BookWorkflowConfig]
else:
    Rows, Inline, Form = admin.ModelAdmin, admin.TabularInline, ModelForm


class ReadOnly:
    """Nothing can be added, changed or deleted."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(Setting)
class SettingAdmin(Rows):
    list_display = ("slug", "name", "genre", "status")
    list_filter = ("status", "genre")
    search_fields = ("slug", "name")


@admin.register(Book)
class BookAdmin(Rows):
    """Books are registered by `book_register`, which takes their first version too."""

    list_display = ("slug", "title", "book_type", "status", "setting", "updated_at")
    list_filter = ("status", "book_type", "setting")
    list_select_related = ("setting",)
    search_fields = ("slug", "title")

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class ChapterRows(ReadOnly, Inline):
    model = Chapter
    fields = ("position", "slug", "title", "words", "source")
    show_change_link = True


class AssetRows(ReadOnly, Inline):
    model = Asset
    fields = ("path", "media_type", "size_bytes", "digest")


@admin.register(BookVersion)
class BookVersionAdmin(ReadOnly, Rows):
    list_display = ("book", "number", "made_by_run", "digest", "created_at")
    list_filter = ("book",)
    list_select_related = ("book", "made_by_run")
    inlines = (ChapterRows, AssetRows)


@admin.register(Chapter)
class ChapterAdmin(ReadOnly, Rows):
    list_display = ("slug", "version", "position", "title", "words")
    list_filter = ("version__book",)
    list_select_related = ("version__book",)
    search_fields = ("slug", "title")


@admin.register(Asset)
class AssetAdmin(ReadOnly, Rows):
    list_display = ("path", "version", "media_type", "size_bytes")
    list_filter = ("media_type", "version__book")
    list_select_related = ("version__book",)
    search_fields = ("path", "digest")


@admin.register(Text)
class TextAdmin(ReadOnly, Rows):
    list_display = ("digest",)
    search_fields = ("digest",)
    show_full_result_count = False


class ConfigForm(Form):
    """The same rules as `book_config`."""

    config = ConfigField()

    def clean_config(self) -> dict[str, Any]:
        try:
            return checked(self.cleaned_data["config"] or {})
        except BooksError as refusal:
            raise ValidationError(str(refusal)) from refusal


@admin.register(BookWorkflowConfig)
class BookWorkflowConfigAdmin(Rows):
    form = ConfigForm
    list_display = ("book", "workflow_type", "enabled")
    list_filter = ("workflow_type", "enabled")
    list_select_related = ("book",)


@admin.register(Seeded)
class SeededAdmin(ReadOnly, Rows):
    list_display = ("kind", "name")
    list_filter = ("kind",)
