"""Artifacts and feedback items, here because their lists name runs and steps."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from artifacts.models import Artifact, ArtifactUse, FeedbackItem
from books.admin import Inline, Many, ReadOnly
from books.admin.columns import ago, linked, size, tagged
from books.admin.filters import choice, looked_up, there_or_not, yes_or_no
from workflows.admin.filters import ByWorkflowType


class UseRows(ReadOnly, Inline):
    model = ArtifactUse
    fields = ("step", "created_at")
    readonly_fields = ("created_at",)
    ordering = ("pk",)
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArtifactUse]:
        return super().get_queryset(request).select_related("step", "artifact")


@admin.register(Artifact)
class ArtifactAdmin(ReadOnly, Many):
    list_display = (
        "public_id",
        tagged("artifact_type", "type"),
        "path",
        linked("book"),
        size(),
        linked("run", code=True),
        ago("created_at"),
    )
    list_filter = (choice("artifact_type"), looked_up("book"), ByWorkflowType, yes_or_no("latest"))
    list_select_related = ("run", "book")
    search_fields = ("public_id", "run__public_id", "book__slug", "path", "digest")
    search_help_text = "id, run, book, path or digest"
    ordering = ("-created_at", "-id")
    inlines = (UseRows,)


@admin.register(FeedbackItem)
class FeedbackItemAdmin(ReadOnly, Many):
    list_display = (
        "key",
        linked("book"),
        "chapter",
        "severity",
        linked("artifact"),
        linked("planned_by_run", "planned by", code=True),
        linked("answered_by_version", "answered by"),
    )
    list_filter = (looked_up("book"), there_or_not("answered_by_version"))
    list_select_related = ("book", "artifact", "planned_by_run", "answered_by_version__book")
    search_fields = ("planned_by_run__public_id", "book__slug", "artifact__public_id")
    search_help_text = "run, book or artifact"
    ordering = ("-id",)
