"""Who sees and changes what in the admin: every model, every group, by real requests."""

from tempfile import mkdtemp
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tests.journeys.test_admin_lists import MODELS, prepare
from workflows.callers import GIVES
from workflows.models import ApiToken

__all__ = ["prepare"]

READERS = {"viewer", "editor", "operator", "managing-editor", "root"}
OPERATORS = {"operator", "root"}
SECRET = {"ApiToken", "WebhookEndpoint", "IdempotencyKey"}
PEOPLE = {"User", "Group"}
ACTS = {
    "Setting": "add change delete",
    "Book": "change",
    "BookWorkflowConfig": "add change delete",
    "AgentBinding": "add change delete",
    "RoutingRule": "add change delete",
    "WorkflowTrigger": "add change delete",
    "WebhookEndpoint": "add change delete",
    "User": "add change delete",
    "Group": "add change delete",
    "ApiToken": "add",
}
"""What may be done by those who may change anything; all else is only read."""
GROUPS = (*GIVES, "managing-editor", "none", "root")


def who(group: str) -> User:
    if group == "root":
        return User.objects.create_superuser("root")
    user = User.objects.create(username=group)
    if group != "none":
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


def may_see(group: str, model: Any) -> bool:
    name = model.__name__
    return group in ({"root"} if name in PEOPLE else OPERATORS if name in SECRET else READERS)


def may(group: str, act: str, model: Any) -> bool:
    name = model.__name__
    mighty = {"root"} if name in {*PEOPLE, "ApiToken"} else OPERATORS
    return group in mighty and act in ACTS.get(name, "").split()


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("group", GROUPS)
def test_pages_show_what_may_be_done_and_refuse_the_rest(
    client: Client, prepared: None, group: str
) -> None:
    client.force_login(who(group))
    for model in MODELS:
        row = model.objects.order_by("pk").first()
        before = list(model.objects.order_by("pk").values())
        shown = seen(client, group, model, row.pk)
        for act in ("add", "delete"):
            holds(client, act, model, row.pk, shown, allowed=may(group, act, model))
        if not may(group, "change", model):
            said = {field.name: "1" for field in model._meta.fields}
            assert client.post(address(model, "change", row.pk), said).status_code in (302, 403)
            chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
            client.post(address(model, "changelist"), chosen)
        assert list(model.objects.order_by("pk").values()) == before, model


def seen(client: Client, group: str, model: Any, pk: Any) -> str:
    """The list and the page of a row."""
    listed = client.get(address(model, "changelist"))
    assert (listed.status_code == 200) is may_see(group, model), model
    if not may_see(group, model):
        return str(listed.content.decode())
    answer = client.get(address(model, "change", pk))
    assert answer.status_code == 200, model
    page = answer.content.decode()
    assert ('name="_save"' in page) is may(group, "change", model), model
    return str(listed.content.decode() + page)


def holds(client: Client, act: str, model: Any, pk: Any, shown: str, *, allowed: bool) -> None:
    """What is shown may be done, what is not is refused."""
    way = address(model, act, *([pk] if act == "delete" else []))
    assert (client.get(way).status_code == 200) is allowed, (act, model)
    assert (f'href="{way}' in shown) is allowed, (act, model)
    if not allowed:
        assert client.post(way, {"post": "yes"}).status_code in (302, 403), (act, model)


@pytest.mark.parametrize("group", GROUPS)
def test_the_menu_has_what_may_be_seen(client: Client, prepared: None, group: str) -> None:
    client.force_login(who(group))
    page = client.get(reverse("admin:index"))
    if group in ("agent", "none"):
        assert page.status_code == 302
        return
    for model in MODELS:
        assert (f'href="{address(model, "changelist")}"' in page.content.decode()) is may_see(
            group, model
        )


def keeper(client: Client) -> User:
    """Somebody whom a superuser lets look after users."""
    user = User.objects.create(username="kim", is_staff=True)
    words = ("view_user", "change_user", "add_user", "delete_user")
    user.user_permissions.add(*Permission.objects.filter(codename__in=words))
    client.force_login(user)
    return user


def test_who_looks_after_users_makes_no_superuser(client: Client, prepared: None) -> None:
    kim = keeper(client)
    said = {"username": "kim", "is_active": "on", "is_superuser": "on", "is_staff": "on"}
    assert client.post(address(User, "change", kim.pk), said).status_code == 302
    kim.refresh_from_db()
    assert (kim.is_superuser, kim.user_permissions.count()) == (False, 4)


def test_who_looks_after_users_touches_no_superuser(client: Client, prepared: None) -> None:
    keeper(client)
    root = User.objects.create_superuser("root")
    for page in ("change", "delete"):
        assert client.post(address(User, page, root.pk), {"username": "gone"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert client.post(password, {"password1": "a", "password2": "a"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"}
    client.post(address(User, "changelist"), chosen)
    assert User.objects.get(pk=root.pk).username == "root"


def test_a_group_says_what_it_gives(client: Client, prepared: None) -> None:
    client.force_login(who("root"))
    page = client.get(address(Group, "changelist")).content.decode()
    assert "Claim work, and hand back its own." in page
    assert "decide what waits for it" in page


def test_a_user_is_given_groups_and_no_permissions_of_djangos(
    client: Client, prepared: None
) -> None:
    root, group = who("root"), Group.objects.get_or_create(name="editor")[0]
    client.force_login(root)
    kim = User.objects.create(username="kim")
    for row in (kim, group):
        shown = client.get(address(type(row), "change", row.pk)).content.decode()
        assert ('permissions"' in shown, "is_staff" in shown) == (False, False)
    shown = client.get(address(User, "change", kim.pk)).content.decode()
    assert "editor: Read all; start and pause runs" in shown
    assert 'name="is_superuser"' in shown


def test_a_permission_that_somebody_has_can_be_seen_and_taken_away(
    client: Client, prepared: None
) -> None:
    kim = User.objects.create(username="kim")
    group = Group.objects.create(name="old")
    permission = Permission.objects.get(codename="change_user")
    kim.user_permissions.add(permission)
    group.permissions.add(permission)
    client.force_login(who("root"))
    for row, field in ((kim, "user_permissions"), (group, "permissions")):
        way = address(type(row), "change", row.pk)
        assert f'name="{field}"' in client.get(way).content.decode()
        said = {"username": "kim", "name": "old", "is_active": "on"}
        assert client.post(way, said).status_code == 302
        assert not getattr(row, field).exists()


def test_who_was_a_superuser_can_be_kept_out_of_the_admin(client: Client, prepared: None) -> None:
    kim = User.objects.create_superuser("kim")
    client.force_login(who("root"))
    way = address(User, "change", kim.pk)
    assert 'name="is_staff"' not in client.get(way).content.decode()
    said = {"username": "kim", "is_active": "on"}
    client.post(way, said)
    kim.refresh_from_db()
    assert (kim.is_superuser, kim.is_staff) == (False, True)
    shown = client.get(way).content.decode()
    assert ('name="is_staff"' in shown, 'name="user_permissions"' in shown) == (True, False)
    client.post(way, said)
    client.force_login(User.objects.get(username="kim"))
    assert client.get(reverse("admin:index")).status_code == 302


def test_no_operator_makes_a_token_by_which_it_would_act_as_another(
    client: Client, prepared: None
) -> None:
    who("root")
    client.force_login(who("operator"))
    before = ApiToken.objects.count()
    answer = client.post(address(ApiToken, "add"), {"acts_for": "root", "name": "mine"})
    assert (answer.status_code, ApiToken.objects.count()) == (403, before)


def test_a_superuser_makes_a_token_that_is_shown_once(client: Client, prepared: None) -> None:
    client.force_login(who("root"))
    said = {"acts_for": "bot", "name": "laptop", "groups": ["agent"], "agents": "writer, editor"}
    answer = client.post(address(ApiToken, "add"), {**said, "expires_days": "30"}, follow=True)
    made = ApiToken.objects.get(name="laptop")
    told = [str(message) for message in answer.context["messages"]]
    secret = told[0].rpartition(" ")[2]
    assert (made.user.username, made.groups, made.agents) == (
        "bot", ["agent"], ["writer", "editor"])  # fmt: skip
    call = {"Authorization": f"Bearer {secret}"}
    assert Client(headers=call).get("/api/v1/steps/").status_code == 200
    assert secret not in client.get(address(ApiToken, "changelist")).content.decode()
    assert secret not in client.get(address(ApiToken, "change", made.pk)).content.decode()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"agents": "writre"}, "did you mean &quot;writer&quot;"),
        ({"acts_for": "b t"}, "valid username"),
        ({"expires_days": "0"}, "greater than or equal to 1"),
        ({"groups": ["agnet"]}, "agnet is not one of the available choices"),
        ({"name": "token 0", "acts_for": "ada"}, "has a token &quot;token 0&quot; already"),
    ],
)
def test_a_token_is_refused_in_words(
    client: Client, prepared: None, said: dict[str, Any], told: str
) -> None:
    client.force_login(who("root"))
    before = ApiToken.objects.count()
    answer = client.post(address(ApiToken, "add"), {"acts_for": "bot", "name": "x", **said})
    assert told in answer.content.decode()
    assert (ApiToken.objects.count(), User.objects.filter(username="bot").count()) == (before, 0)


def test_a_book_is_changed_by_the_registrys_rules(client: Client, prepared: None) -> None:
    client.force_login(who("operator"))
    book = apps.get_model("books.book").objects.get(slug="red")
    said = {"title": "Redder", "book_type": "core", "status": "draft", "source_path": "nowhere"}
    said |= {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
    answer = client.post(address(type(book), "change", book.pk), said)
    assert "is no whole path" in answer.content.decode()
    said |= {"source_path": mkdtemp(), "slug": "blue"}
    assert client.post(address(type(book), "change", book.pk), said).status_code == 302
    book.refresh_from_db()
    assert (book.title, book.slug, book.source_path) == ("Redder", "red", said["source_path"])
