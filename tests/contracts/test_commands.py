"""Every command explains itself, and its example is one that it takes."""

import pytest
from django.core.management.base import CommandParser

from tests.contracts.product import commands, words

every_command = pytest.mark.parametrize("name", sorted(commands()))


def parser_of(name: str) -> CommandParser:
    return commands()[name].create_parser("manage.py", name)


@every_command
def test_it_has_help_and_an_example_that_starts_with_its_name(name: str) -> None:
    command = commands()[name]
    assert command.help.endswith(".")
    assert words(command.example)[0] == name


@every_command
def test_help_shows_the_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        commands()[name].run_from_argv(["manage.py", name, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "Example: manage.py" in " ".join(shown.split())


@every_command
def test_its_example_parses(name: str) -> None:
    example = words(commands()[name].example)
    parser_of(name).parse_args(example[1:])


@every_command
def test_it_takes_json_and_actor(name: str) -> None:
    example = words(commands()[name].example)
    asked = parser_of(name).parse_args([*example[1:], "--json", "--actor", "grace"])
    assert (asked.json, asked.actor) == (True, "grace")


@every_command
def test_options_are_not_guessed_from_their_first_letters(name: str) -> None:
    assert not parser_of(name).allow_abbrev
