"""Logging in with a browser, and trying to without the password."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from config.login import throttle
from config.login.throttle import MOST_OF_ADDRESS, MOST_OF_NAME, WINDOW
from config.models import LoginTries
from tests.clock import later

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "correct horse battery", "staple"
HERE, ELSEWHERE = "192.0.2.10", "192.0.2.99"


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    """Passwords that are hashed in no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def grace(quick: None) -> User:
    return User.objects.create_user("grace", password=RIGHT, is_staff=True)


def log_in(
    password: str = RIGHT, name: str = "grace", address: str = HERE, **more: Any
) -> tuple[Any, Client]:
    client = Client(REMOTE_ADDR=address, **more)
    return client.post("/login/", {"username": name, "password": password}), client


def fail(times: int, **more: Any) -> list[int]:
    return [log_in(WRONG, **more)[0].status_code for _ in range(times)]


def test_the_right_password_logs_in_and_logging_out_ends_it() -> None:
    answer, client = log_in()
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/admin/").status_code == 200
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/admin/").status_code == 302


def test_the_page_says_what_is_wrong_beside_labelled_fields() -> None:
    page = Client().get("/login/")
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert '<label for="id_username">' in page.text
    assert 'autocomplete="current-password"' in page.text
    wrong, _ = log_in(WRONG)
    assert wrong.status_code == 200
    assert 'role="alert"' in wrong.text
    assert "Please enter a correct username and password" in wrong.text
    assert WRONG not in wrong.text


def test_the_admin_leads_to_the_same_page_and_back() -> None:
    client = Client()
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/login/?next=/admin/"
    answer = client.post("/login/?next=/admin/", {"username": "grace", "password": RIGHT})
    assert answer["Location"] == "/admin/"
    assert client.post("/admin/login/", {"username": "grace", "password": WRONG})["Location"] == (
        "/login/?next=/admin/"
    )
    assert LoginTries.objects.filter(tries__gt=0).count() == 0


def test_who_may_not_enter_the_admin_is_told_so_and_sent_round_no_circle() -> None:
    client = Client()
    client.force_login(User.objects.create(username="ada"))
    page = client.get("/admin/", follow=True)
    assert page.status_code == 200
    assert "You are logged in as <strong>ada</strong>, who may not open this page." in page.text


def test_nobody_is_led_to_another_site() -> None:
    answer, _ = log_in(QUERY_STRING="next=https://evil.example/")
    assert answer["Location"] == "/"


def test_the_sixth_try_is_locked_out_whatever_the_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later(monkeypatch)  # no time passes from here on
    assert fail(MOST_OF_NAME) == [200] * MOST_OF_NAME
    wrong, _ = log_in(WRONG)
    right, client = log_in(RIGHT)
    assert (wrong.status_code, right.status_code) == (429, 429)
    assert int(right["Retry-After"]) == WINDOW.total_seconds()
    assert "Too many tries. Please try again in 15 minutes." in right.text
    body = {answer.text.split("<form")[1].split("csrf")[0] for answer in (wrong, right)}
    assert len(body) == 1  # nothing tells the right password from a wrong one
    assert client.get("/admin/").status_code == 302


def test_who_is_locked_out_locks_out_nobody_else() -> None:
    fail(MOST_OF_NAME + 1)
    User.objects.create_user("ada", password=RIGHT)
    assert log_in(address=ELSEWHERE)[0].status_code == 302
    assert log_in(name="ada")[0].status_code == 302


def test_a_lock_ends_by_itself_also_when_it_is_hammered_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fail(MOST_OF_NAME)
    later(monkeypatch, minutes=14)
    assert fail(20) == [429] * 20
    assert "try again in a minute" in log_in()[0].text
    later(monkeypatch, minutes=1, seconds=1)
    assert log_in()[0].status_code == 302
    assert LoginTries.objects.filter(tries__gt=0).count() == 0


def test_tries_that_came_to_something_are_forgotten() -> None:
    for _ in range(3):
        fail(MOST_OF_NAME - 1)
        assert log_in()[0].status_code == 302


def test_going_from_name_to_name_ends_too() -> None:
    tries = [log_in(WRONG, name=f"user{n}")[0].status_code for n in range(MOST_OF_ADDRESS + 1)]
    assert tries == [200] * MOST_OF_ADDRESS + [429]
    assert log_in()[0].status_code == 429
    assert log_in(address=ELSEWHERE)[0].status_code == 302


def test_one_name_written_in_other_letters_is_one_name() -> None:
    """Django reads names in their compatible form; so are they counted."""
    assert fail(MOST_OF_NAME, name="ｇｒａｃｅ") == [200] * MOST_OF_NAME
    assert log_in(name=" grace ")[0].status_code == 429


def test_an_empty_field_is_no_try() -> None:
    assert [log_in("")[0].status_code for _ in range(10)] == [200] * 10
    assert not LoginTries.objects.exists()


def test_neither_names_nor_addresses_are_kept_and_nothing_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fail(1, name="hunter2")
    assert not LoginTries.objects.filter(digest__contains="hunter2").exists()
    assert {len(row.digest) for row in LoginTries.objects.all()} == {64}
    later(monkeypatch, seconds=(WINDOW + timedelta(seconds=1)).total_seconds())
    fail(1, address=ELSEWHERE)
    assert LoginTries.objects.count() == 2


def test_a_proxy_is_believed_only_where_there_is_one(settings: Any) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1")
    request.META["HTTP_X_FORWARDED_FOR"] = "10.9.9.9, 198.51.100.7"
    assert throttle.address_of(request) == "127.0.0.1"
    settings.BINDERY_BEHIND_PROXY = True
    assert throttle.address_of(request) == "198.51.100.7"


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"), ("::ffff:192.0.2.10", "192.0.2.10")],
)
def test_addresses_of_one_network_count_as_one(one: str, other: str) -> None:
    fail(MOST_OF_NAME, address=one)
    assert log_in(address=other)[0].status_code == 429
    assert log_in(address="2001:db8:1:3::1")[0].status_code == 302


@pytest.mark.parametrize(
    ("address", "kept"), [("/admin/books/book/import/", False), ("/password/", True)]
)
def test_a_stale_form_promises_no_more_than_is_so(address: str, kept: bool) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("ada"))
    answer = client.post(address, {})
    assert answer.status_code == 403
    assert ("is kept in this browser" in answer.text) == kept
    assert "Go back" in answer.text
