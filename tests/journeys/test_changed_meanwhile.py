"""Two forms of one row in the admin: what the first changed, the second does not silently undo."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from books.models import Book
from events.models import RoutingRule
from tests.desk import address
from tests.factories import book_of, set_up
from triggers.models import WorkflowTrigger

pytestmark = pytest.mark.django_db
SAVED, SHOWN = 302, 200


def fields(client: Client, row: Any) -> dict[str, Any]:
    """What a browser would send of the row's page as it stands."""
    return typed(client.get(address(row)))


def typed(answer: Any) -> dict[str, Any]:
    form = answer.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, False)}
    for formset in answer.context["inline_admin_formsets"]:
        sent |= {field.html_name: field.value() for field in formset.formset.management_form}
    return {**sent, "_as_read": form.as_read}


def errors(answer: Any) -> list[str]:
    assert answer.status_code == SHOWN
    return list(answer.context["adminform"].form.non_field_errors())


def rule() -> RoutingRule:
    set_up()
    return RoutingRule.objects.get(rejection_type="style")


def trigger(run_command: Callable[..., Any]) -> WorkflowTrigger:
    set_up()
    run_command("trigger_set", "t", "--source=w1", "--target=w2")
    return WorkflowTrigger.objects.get()


def test_a_rule_that_another_changed_is_told_once_and_then_saved(admin_client: Client) -> None:
    row = rule()
    ours = {**fields(admin_client, row), "handler_agent": "polisher", "max_retries": "3"}
    theirs = {**fields(admin_client, row), "max_retries": "5"}
    assert admin_client.post(address(row), theirs).status_code == SAVED
    answer = admin_client.post(address(row), ours)
    [said] = errors(answer)
    assert "Max retries is now “5”" in said
    assert "andler" not in said
    row.refresh_from_db()
    assert (row.max_retries, row.handler_agent) == (5, rule().handler_agent)
    again = typed(answer)
    assert (again["max_retries"], again["handler_agent"]) == ("3", "polisher")
    assert again["_as_read"] in answer.content.decode().replace("&quot;", '"')
    assert admin_client.post(address(row), again).status_code == SAVED
    row.refresh_from_db()
    assert (row.max_retries, row.handler_agent) == (3, "polisher")


def test_a_trigger_that_another_switched_off_stays_off(
    admin_client: Client, run_command: Callable[..., Any]
) -> None:
    row = trigger(run_command)
    ours = {**fields(admin_client, row), "config": '{"limit": {"count": 1, "seconds": 9}}'}
    WorkflowTrigger.objects.update(enabled=False)
    [said] = errors(admin_client.post(address(row), ours))
    assert "Enabled is now off" in said
    row.refresh_from_db()
    assert (row.enabled, row.config) == (False, {})


def test_a_book_that_another_renamed_keeps_its_name(admin_client: Client) -> None:
    row = book_of(1)
    ours = {**fields(admin_client, row), "status": "archived"}
    Book.objects.update(title="The Salt Road")
    [said] = errors(admin_client.post(address(row), ours))
    assert "Title is now “The Salt Road”" in said
    row.refresh_from_db()
    assert row.title == "The Salt Road"
    assert row.status != "archived"


def test_a_user_whom_another_put_into_a_group_stays_in_it(admin_client: Client) -> None:
    ada, group = User.objects.create_user("ada"), Group.objects.create(name="desk")
    ours = {**fields(admin_client, ada), "first_name": "Ada"}
    ada.groups.add(group)
    [said] = errors(admin_client.post(address(ada), ours))
    assert "Groups is now “desk”" in said
    assert list(ada.groups.all()) == [group]


def test_a_permission_that_another_gave_meanwhile_is_not_taken_away(admin_client: Client) -> None:
    """What somebody has is on the page; what nobody had then was not."""
    row = User.objects.create_user("kim")
    form = {**fields(admin_client, row), "first_name": "Kim"}
    row.user_permissions.add(Permission.objects.get(codename="view_book"))
    [said] = errors(admin_client.post(address(row), form))
    assert "User permissions is now" in said
    assert row.user_permissions.exists()


def test_what_both_changed_alike_or_only_one_of_them_is_saved(admin_client: Client) -> None:
    row = rule()
    ours = {**fields(admin_client, row), "max_retries": "5"}
    assert admin_client.post(address(row), ours).status_code == SAVED
    assert admin_client.post(address(row), ours).status_code == SAVED


def test_another_fault_does_not_hide_what_was_changed_meanwhile(admin_client: Client) -> None:
    row = rule()
    ours = {**fields(admin_client, row), "handler_agent": "polisher", "max_retries": "0"}
    answer = admin_client.post(address(row), ours)
    assert "Changed by another" not in str(errors(answer))
    RoutingRule.objects.filter(pk=row.pk).update(max_retries=5)
    [said] = errors(admin_client.post(address(row), {**typed(answer), "max_retries": "4"}))
    assert "Max retries is now “5”" in said


@pytest.mark.parametrize("sent", ["", "[]", "{", "[" * 100_000])
def test_a_form_that_says_nothing_of_what_it_read_is_taken(admin_client: Client, sent: str) -> None:
    row = rule()
    ours = {**fields(admin_client, row), "max_retries": "4", "_as_read": sent}
    assert admin_client.post(address(row), ours).status_code == SAVED
