"""Tokens: whose they are, what they open, and when no longer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from tests.rest import Program, program
from workflows.models import AgentBinding, ApiToken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known() -> None:
    Group.objects.create(name="agent")
    Group.objects.create(name="viewer")
    AgentBinding.objects.create(agent="writer", executor="external")


def test_a_token_makes_its_user_and_is_told_once(run_command: Callable[..., Any]) -> None:
    told = run_command(
        "token_create", "--user", "bot", "--name", "laptop",
        "--group", "agent", "--agents", "writer", "--expires-days", 30,
    )  # fmt: skip
    assert {key: told[key] for key in ("user", "name", "groups", "agents")} == {
        "user": "bot", "name": "laptop", "groups": ["agent"], "agents": ["writer"]}  # fmt: skip
    user, token = User.objects.get(), ApiToken.objects.get()
    assert (user.has_usable_password(), [g.name for g in user.groups.all()]) == (False, ["agent"])
    assert told["token"] not in str(vars(token))
    assert Program(told["token"]).get("steps/").status_code == 200
    assert Program(told["token"]).get("runs/").status_code == 403


def test_what_is_wrong_makes_neither_user_nor_token(refused: Callable[..., str]) -> None:
    call = ("token_create", "--user", "bot", "--name", "laptop")
    assert 'did you mean "agent"' in refused(*call, "--group", "agnet")
    assert 'did you mean "writer"' in refused(*call, "--agents", "writre")
    assert "1 to 3650 days" in refused(*call, "--expires-days", 0)
    assert (
        "enter a valid username" in refused("token_create", "--user", "b t", "--name", "x").lower()
    )
    assert (User.objects.count(), ApiToken.objects.count()) == (0, 0)


def test_a_name_stands_for_one_token_until_it_is_revoked(
    run_command: Callable[..., Any], refused: Callable[..., str]
) -> None:
    call = ("token_create", "--user", "bot", "--name", "laptop", "--group", "viewer")
    first = run_command(*call)
    assert "already" in refused(*call)
    admin = Client()
    admin.force_login(User.objects.create_superuser("root"))
    pk = ApiToken.objects.get().pk
    chosen = {"action": "revoke", "_selected_action": [pk]}
    assert admin.post("/admin/workflows/apitoken/", chosen).status_code == 302
    assert Program(first["token"]).get("runs/").status_code == 401
    assert Program(run_command(*call)["token"]).get("runs/").status_code == 200
    assert first["token"][12:] not in admin.get("/admin/workflows/apitoken/").content.decode()


def test_a_token_ends_with_its_time_and_with_its_user() -> None:
    reader = program("ada", "viewer")
    assert reader.get("runs/").status_code == 200
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert reader.get("runs/").status_code == 401
    ApiToken.objects.update(expires_at=None)
    User.objects.update(is_active=False)
    assert reader.get("runs/").status_code == 401


def test_a_token_gives_no_more_than_its_user_has_and_no_more_than_it_says() -> None:
    reader = program("ada", "viewer")
    ada = User.objects.get()
    ada.groups.add(Group.objects.create(name="operator"))
    assert reader.post("runs/", workflow_type="w1", book="x").status_code == 403
    ada.groups.clear()
    assert reader.get("runs/").status_code == 403


def test_a_session_may_do_what_its_user_may_if_it_shows_that_it_means_it() -> None:
    program("ada", "viewer")
    browser = Program(enforce_csrf_checks=True)
    browser.client.force_login(User.objects.get())
    assert browser.get("runs/").status_code == 200
    refusal = browser.post("runs/", workflow_type="w1", book="x")
    assert (refusal.status_code, refusal.json()["code"]) == (403, "not_allowed")
    assert "CSRF" in refusal.json()["detail"]


def test_the_use_of_a_token_is_noted_about_once_an_hour(django_assert_num_queries: Any) -> None:
    reader = program("ada", "viewer")
    reader.get("runs/")
    noted = ApiToken.objects.get().last_used_at
    assert noted
    with django_assert_num_queries(3):  # the token, the groups, the list
        reader.get("runs/")
    assert ApiToken.objects.get().last_used_at == noted
