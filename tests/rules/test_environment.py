"""Settings are read typed, and what is wrong is named."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment
from events.reminders.mailing import NO_MAIL


@pytest.mark.parametrize(
    ("word", "expected"),
    [("1", True), ("Yes", True), (" on ", True), ("", False), ("0", False), ("FALSE", False)],
)
def test_a_switch_is_on_or_off(monkeypatch: pytest.MonkeyPatch, word: str, expected: bool) -> None:
    monkeypatch.setenv("SOME_SWITCH", word)
    assert environment.switch("SOME_SWITCH") is expected


@pytest.mark.parametrize(
    ("reader", "word"),
    [
        (environment.switch, "maybe"),
        (lambda name: environment.count(name, 1), "abc"),
        (lambda name: environment.count(name, 1), "0"),
        (lambda name: environment.count(name, 1), "-3"),
        (environment.amount, "-1"),
        (environment.amount, "a year"),
        (lambda name: environment.database(name, ""), "nonsense"),
        (environment.email, "nonsense"),
        (environment.email, "smtp://"),
        (environment.email, "smtp://mail.example:port"),
        (environment.email, "smtp://mail.example:99999"),
        (environment.email, "filemail://"),
        (environment.email, "consolemail://"),
        (lambda name: environment.address(name, ""), "nobody"),
        (lambda name: environment.address(name, ""), "Bindery <bindery@>"),
    ],
)
def test_a_wrong_value_is_refused_with_the_variables_name(
    monkeypatch: pytest.MonkeyPatch, reader: Any, word: str
) -> None:
    monkeypatch.setenv("SOME_SETTING", word)
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING"):
        reader("SOME_SETTING")


def test_unset_and_empty_mean_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_SETTING", raising=False)
    assert environment.words("SOME_SETTING", ["a"]) == ["a"]
    assert environment.count("SOME_SETTING", 48) == 48
    assert environment.amount("SOME_SETTING") == 0
    monkeypatch.setenv("SOME_SETTING", "")
    assert environment.text("SOME_SETTING", "x") == "x"


def test_a_database_is_named_by_a_url() -> None:
    config = environment.database("UNSET", "postgres://ada@db.example:5433/books")
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 5433, "books")


def test_mail_is_sent_as_a_url_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_MAIL", "smtp+tls://ada:s%40fe@mail.example:2525")
    mail = environment.email("SOME_MAIL")
    assert mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"]) == (
        "mail.example",
        2525,
        True,
    )
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("ada", "s@fe")
    monkeypatch.setenv("SOME_MAIL", "smtp+ssl://mail.example")
    mail = environment.email("SOME_MAIL")
    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_SSL"]) == (465, True)
    monkeypatch.setenv("SOME_MAIL", "filemail:///srv/outgoing")
    assert environment.email("SOME_MAIL")["EMAIL_FILE_PATH"] == "/srv/outgoing"


def test_without_a_url_no_mail_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_MAIL", raising=False)
    assert environment.email("SOME_MAIL") == {"EMAIL_BACKEND": NO_MAIL}


def test_a_wrong_mail_url_is_refused_without_showing_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOME_MAIL", "smtp://ada:s3cret@mail.example:s3cret")
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.email("SOME_MAIL")
    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize(
    ("user", "host", "expected"),
    [
        ("ada@books.example", "mail.example", "ada@books.example"),
        ("ada", "mail.example", "ada@mail.example"),
        (None, "mail.example", "bindery@mail.example"),
        (None, None, "bindery@localhost"),
    ],
)
def test_mail_comes_from_the_user_of_the_server(
    user: str | None, host: str | None, expected: str
) -> None:
    assert environment.sender({"EMAIL_HOST_USER": user, "EMAIL_HOST": host}) == expected


def test_mail_may_come_from_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SENDER", "Bindery <press@books.example>")
    assert environment.address("SOME_SENDER", "a@b") == "Bindery <press@books.example>"
