"""Settings are read typed, and what is wrong is named."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


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
        (lambda name: environment.database(name, ""), "nonsense"),
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
    monkeypatch.setenv("SOME_SETTING", "")
    assert environment.text("SOME_SETTING", "x") == "x"


def test_a_database_is_named_by_a_url() -> None:
    config = environment.database("UNSET", "postgres://ada@db.example:5433/books")
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 5433, "books")
