"""Runs, steps and what they made, to look at: they move through the lifecycle alone.

Artifacts and feedback items are shown here because their lists name runs and steps.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from artifacts.models import Artifact, ArtifactUse, FeedbackItem
from books.admin import Inline, ReadOnly, Rows
from workflows import tokens
from workflows.models import (
    AgentBinding,
    ApiToken,
    Draft,
    IdempotencyKey,
    Step,
    WorkflowDefinition,
    WorkflowRun,
)


@admin.register(WorkflowDefinition)
class DefinitionAdmin(ReadOnly, Rows):
    list_display = ("type", "alias", "version", "digest", "created_at")
    list_filter = ("type",)


@admin.register(AgentBinding)
class AgentBindingAdmin(Rows):
    list_display = ("agent", "workflow_type", "book", "executor")
    list_filter = ("executor", "workflow_type")
    list_select_related = ("book",)
    search_fields = ("agent",)


class StepRows(ReadOnly, Inline):
    model = Step
    fields = ("name", "item", "attempt", "status", "agent", "worker", "started_at", "finished_at")
    show_change_link = True


@admin.register(WorkflowRun)
class RunAdmin(ReadOnly, Rows):
    list_display = ("public_id", "definition", "book", "status", "current_step", "created_at")
    list_filter = ("status", "definition__type", "book")
    list_select_related = ("definition", "book")
    search_fields = ("=public_id",)
    show_full_result_count = False
    inlines = (StepRows,)


@admin.register(Step)
class StepAdmin(ReadOnly, Rows):
    list_display = ("id", "run", "name", "item", "attempt", "status", "agent", "worker")
    list_filter = ("status", "kind", "agent")
    list_select_related = ("run",)
    search_fields = ("=run__public_id",)
    show_full_result_count = False
    exclude = ("lease",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly, Rows):
    """Made by `token_create`, which alone tells the secret; revoked here."""

    list_display = ("user", "name", "starts_with", "created_at", "expires_at", "revoked_at")
    list_filter = ("revoked_at",)
    list_select_related = ("user",)
    search_fields = ("=user__username", "name", "=starts_with")
    exclude = ("digest",)
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("workflows.change_apitoken")

    @admin.action(description=_("Revoke: open nothing any more"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        for token in chosen:
            tokens.revoke(token)
        self.message_user(request, _("revoked"))


@admin.register(Draft)
class DraftAdmin(ReadOnly, Rows):
    list_display = ("step", "worker", "path", "updated_at")
    list_select_related = ("step",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnly, Rows):
    list_display = ("actor", "key", "verb", "created_at")
    search_fields = ("=key",)
    exclude = ("answer",)


class UseRows(ReadOnly, Inline):
    model = ArtifactUse
    fields = ("step", "created_at")
    readonly_fields = ("created_at",)


@admin.register(Artifact)
class ArtifactAdmin(ReadOnly, Rows):
    list_display = ("public_id", "artifact_type", "path", "item", "size_bytes", "run", "created_at")
    list_filter = ("artifact_type",)
    list_select_related = ("run",)
    search_fields = ("=public_id", "=run__public_id")
    show_full_result_count = False
    inlines = (UseRows,)


@admin.register(FeedbackItem)
class FeedbackItemAdmin(ReadOnly, Rows):
    list_display = (
        "key", "book", "chapter", "severity", "artifact", "planned_by_run", "answered_by_version"
    )  # fmt: skip
    list_filter = ("book", ("answered_by_version", admin.EmptyFieldListFilter))
    list_select_related = ("book", "artifact", "planned_by_run", "answered_by_version__book")
    search_fields = ("=key", "=planned_by_run__public_id")
    show_full_result_count = False
