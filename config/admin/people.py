"""Who may log in, and what their groups give them."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from books.admin import Rows
from books.admin.columns import ago, tag
from books.admin.filters import yes_or_no
from workflows.callers import GIVES

if TYPE_CHECKING:
    Users = UserAdmin[User]
    Groups = GroupAdmin
    GroupsField = ModelMultipleChoiceField[Group]
else:
    GroupsField = ModelMultipleChoiceField

    class Users(UserAdmin, Rows):
        pass

    class Groups(GroupAdmin, Rows):
        pass


ROLE = "A role: its members read all, and decide what waits for it."
ONLY_SUPERUSERS_GIVE = ("is_superuser", "is_staff", "user_permissions")
TOGETHER = "What all of these give counts together. A superuser may do everything."
ONE_BY_ONE = "Given one by one"
BESIDE = {"description": "By Django's own permissions, which count beside the groups. No more are "
          "given here; take these away, and let groups give what is needed."}  # fmt: skip


def given_by(group: str) -> str:
    """What membership gives, in words."""
    if not (powers := GIVES.get(group)):
        return ROLE
    return "; ".join(sorted(str(power) for power in powers)).capitalize() + "."


def explained() -> str:
    told = [f"{group}: {given_by(group)}" for group in GIVES]
    return " ".join([*told, "Any other group is a role: its members read all, and decide for it."])


class ChosenGroups(GroupsField):
    """Each with what it gives."""

    def label_from_instance(self, obj: Group) -> str:
        return f"{obj.name}: {given_by(obj.name)}"


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PeopleAdmin(Users):
    """Superusers alone make superusers, and change them."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = (
        "username", "full_name", "email", "in_groups", "is_active", ago("last_login", "last here")
    )  # fmt: skip
    list_filter = (
        yes_or_no("is_active"), yes_or_no("is_superuser"), ("groups", admin.RelatedFieldListFilter)
    )  # fmt: skip
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("What they may do", {"fields": ("groups", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")

    @admin.display(description="name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description="groups")
    def in_groups(self, user: User) -> str:
        names = ["superuser"] if user.is_superuser else []
        names += [group.name for group in user.groups.all()]
        return format_html("{}" * len(names), *(tag(name) for name in names)) if names else "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What nobody can see nobody can take away: what somebody has is shown. Whoever was a
        superuser still opens the admin as staff."""
        found = super().get_fieldsets(request, obj)
        if obj and obj.user_permissions.exists():
            held = {"fields": ("is_staff", "user_permissions"), **BESIDE}
            return (*found, (ONE_BY_ONE, held))
        if obj and obj.is_staff and not obj.is_superuser:
            return (*found, (ONE_BY_ONE, {"fields": ("is_staff",)}))
        return found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *ONLY_SUPERUSERS_GIVE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_touch(request, obj) and super().has_delete_permission(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Groups are few: a box for each, with what it gives."""
        if db_field.name == "groups":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
            kwargs["form_class"] = ChosenGroups
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field and db_field.name == "groups":
            field.help_text = TOGETHER
        return field

    def _may_touch(self, request: HttpRequest, user: User | None) -> bool:
        return request.user.is_superuser or not (user and user.is_superuser)


@admin.register(Group)
class GroupsAdmin(Groups):
    list_display = ("name", "gives", "members")
    ordering = ("name",)
    filter_horizontal = ()
    readonly_fields = ("gives",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        found: list[Any] = [(None, {"fields": ("name", "gives")})]
        if obj and obj.permissions.exists():
            found.append((ONE_BY_ONE, {"fields": ("permissions",), **BESIDE}))
        return found

    @admin.display(description="what it gives")
    def gives(self, group: Group) -> str:
        return given_by(group.name) if group.pk else explained()

    @admin.display(description="members", ordering="members")
    def members(self, group: Any) -> int:
        return int(group.members)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(members=Count("user"))
