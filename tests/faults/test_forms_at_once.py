"""Two people who save one row in the admin at the same moment: one of them is told."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from books.admin import meanwhile
from tests.desk import address
from tests.journeys.test_changed_meanwhile import errors, fields, rule

PATIENCE = 1  # seconds; in these both come to the end of the check, where nothing holds one up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was checked saves once the other was checked too, or cannot be yet."""
    both, clean = Barrier(2), meanwhile.Meanwhile.clean

    def cleaned(form: Any) -> Any:
        try:
            return clean(form)
        finally:
            with suppress(BrokenBarrierError):
                both.wait(PATIENCE)

    monkeypatch.setattr(meanwhile.Meanwhile, "clean", cleaned)


def client(name: str) -> Client:
    made = Client()
    made.force_login(User.objects.create_superuser(name))
    return made


def sent_at_once(row: Any, *changes: dict[str, Any]) -> list[Any]:
    """What each is answered who changes this in the row as it stands; who saved it comes first."""
    forms = [(one := client(f"user-{n}"), {**fields(one, row), **change})
             for n, change in enumerate(changes)]  # fmt: skip

    def send(one: Client, form: dict[str, Any]) -> Any:
        try:
            return one.post(address(row), form)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(forms)) as pool:
        sent = [pool.submit(send, *form) for form in forms]
        return sorted((one.result() for one in sent), key=lambda answer: -answer.status_code)


def test_of_two_who_change_a_rule_at_once_the_later_is_told() -> None:
    row = rule()
    saved, told = sent_at_once(row, {"max_retries": "4"}, {"max_retries": "5"})
    row.refresh_from_db()
    [said] = errors(told)
    assert saved.status_code == 302
    assert f"Max retries is now “{row.max_retries}”" in said


def test_of_two_who_change_a_user_at_once_the_later_is_told() -> None:
    ada, desk = User.objects.create_user("ada"), Group.objects.create(name="desk")
    saved, told = sent_at_once(ada, {"groups": [desk.pk]}, {"first_name": "Ada"})
    ada.refresh_from_db()
    [said] = errors(told)
    assert saved.status_code == 302
    assert ("Groups is now “desk”" in said) != ("First name is now “Ada”" in said)


def test_a_group_whose_members_are_counted_is_held_too() -> None:
    row = Group.objects.create(name="desk")
    saved, told = sent_at_once(row, {"name": "one"}, {"name": "two"})
    row.refresh_from_db()
    assert saved.status_code == 302
    assert f"Name is now “{row.name}”" in errors(told)[0]
