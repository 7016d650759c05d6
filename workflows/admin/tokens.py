"""By what programs say who they are."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from books.admin import Rows
from books.admin.columns import ago
from books.admin.filters import there_or_not
from books.errors import BooksError
from workflows import tokens
from workflows.errors import WorkflowsError
from workflows.models import ApiToken

if TYPE_CHECKING:
    Form = forms.ModelForm[ApiToken]
else:
    Form = forms.ModelForm


TAKEN = ("name", "groups", "expires_days")


class TokenForm(Form):
    """What `token_create` takes."""

    acts_for = forms.CharField(
        max_length=150,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("name of a user; made, without a password, where the name is new"),
    )
    groups = forms.MultipleChoiceField(
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("the user is put into these, and the token acts in these alone; none: in all"),
    )
    agents = forms.CharField(
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("names with commas between them: it claims for these alone; none: for all"),
    )
    expires_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=tokens.MOST_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("days until it opens nothing any more; never unless given"),
    )

    class Meta:
        model = ApiToken
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.order_by("name").values_list("name", flat=True)
        self.fields["groups"].choices = [(name, name) for name in groups]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        said = self.cleaned_data
        agents = [name.strip() for name in said["agents"].split(",") if name.strip()]
        return {**{name: said[name] for name in TAKEN}, "user": said["acts_for"], "agents": agents}

    def clean(self) -> dict[str, Any] | None:
        if not self.errors:
            try:
                tokens.check(**self.asked)
            except (BooksError, WorkflowsError) as refusal:
                raise ValidationError(str(refusal)) from refusal
        return super().clean()


@admin.register(ApiToken)
class ApiTokenAdmin(Rows):
    """A secret is shown once, in the message about what was made. Made is made: a token is revoked,
    not changed."""

    form = TokenForm
    list_display = (
        "name",
        "user",
        "starts_with",
        ago("created_at"),
        ago("last_used_at", "last used"),
        ago("expires_at", "expires"),
        ago("revoked_at", "revoked"),
    )
    list_filter = (there_or_not("revoked_at"), there_or_not("expires_at"))
    list_select_related = ("user",)
    search_fields = ("user__username", "name", "starts_with")
    ordering = ("user__username", "name", "id")
    add_fieldsets = ((None, {"fields": ("acts_for", "name", "groups", "agents", "expires_days")}),)
    fields = (
        "user",
        "name",
        "starts_with",
        "in_groups",
        "for_agents",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    actions = ("revoke",)

    @admin.display(description="groups")
    def in_groups(self, token: ApiToken) -> str:
        return ", ".join(token.groups) or "all of its user's"

    @admin.display(description="agents")
    def for_agents(self, token: ApiToken) -> str:
        return ", ".join(token.agents) or "any"

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:  # noqa: ARG002
        return []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever holds a token acts as its user: it takes who may make and change users."""
        users = request.user.has_perms(["auth.add_user", "auth.change_user"])
        return users and super().has_add_permission(request)

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("workflows.change_apitoken")

    def save_model(
        self,
        request: HttpRequest,
        obj: ApiToken,
        form: Any,
        change: Any,  # noqa: ARG002
    ) -> None:
        made = tokens.make(**form.asked)
        row = ApiToken.objects.get(digest=tokens.digest_of(made["token"]))
        obj.__dict__.update(row.__dict__)
        said = f"The token of {row.user}, which is shown only now: {made['token']}"
        self.message_user(request, said, messages.WARNING)

    @admin.action(description=_("Revoke: open nothing any more"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        for token in chosen:
            tokens.revoke(token)
        self.message_user(request, _("revoked"))
