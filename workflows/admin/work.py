"""What those who work leave between two requests."""

from django.contrib import admin

from books.admin import Many, ReadOnly
from books.admin.columns import ago, linked
from workflows.models import Draft, IdempotencyKey


@admin.register(Draft)
class DraftAdmin(ReadOnly, Many):
    list_display = ("worker", linked("step"), "path", ago("updated_at"))
    list_select_related = ("step",)
    search_fields = ("step",)
    search_help_text = "number of a step"
    ordering = ("-id",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnly, Many):
    list_display = ("key", "actor", "verb", ago("created_at"))
    search_fields = ("actor",)
    search_help_text = "who acted"
    ordering = ("-id",)
    exclude = ("answer",)
