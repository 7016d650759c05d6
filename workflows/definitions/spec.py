"""The tables of a definition file, read value by value; refusals are one line and say where."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from books.errors import nearest
from workflows.errors import DefinitionError

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
MAX_WORD = 200
KINDS_OF_VALUE: Mapping[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number with a fraction",
    list: "a list",
    dict: "a table",
}


def refused(where: str, reason: str) -> DefinitionError:
    return DefinitionError(" ".join(f"{where}: {reason}".split()))


def called(value: object) -> str:
    """What kind of value it is, in words."""
    return KINDS_OF_VALUE.get(type(value), f"a {type(value).__name__}")


@dataclass(frozen=True)
class Table:
    """One table of a definition; `where` names the file and the step."""

    where: str
    values: Mapping[str, object]

    def refused(self, reason: str) -> DefinitionError:
        return refused(self.where, reason)

    def only(self, known: Collection[str]) -> None:
        for key in self.values:
            if key not in known:
                raise self.refused(f'unknown key "{key}"{nearest(key, known)}')

    def required(self, key: str) -> object:
        if key not in self.values:
            raise self.refused(f"{key} is missing")
        return self.values[key]

    def word(self, key: str, default: str | None = None) -> str:
        """A text that is not blank; required where there is no default."""
        if default is not None and key not in self.values:
            return default
        value = self.required(key)
        if not isinstance(value, str):
            raise self._mistaken(key, "a text", value)
        if not value.strip():
            raise self.refused(f"{key} is empty")
        if len(value) > MAX_WORD:
            raise self.refused(f"{key} is longer than {MAX_WORD} characters")
        if not value.isprintable():
            raise self.refused(f"{key} must be one line of printable characters")
        return value

    def name(self, key: str) -> str:
        value = self.word(key)
        if not NAME.fullmatch(value):
            raise self.refused(
                f'{key} "{value}" is not a name: lower-case letters, digits and "_", '
                "a letter first, at most 64 characters"
            )
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self._mistaken(key, "true or false", value)
        return value

    def count(self, key: str, default: int) -> int:
        """A whole number of at least 1."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._mistaken(key, "a number", value)
        if value < 1:
            raise self.refused(f"{key} is {value}; it must be at least 1")
        return value

    def words(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts without repetition."""
        value = self.values.get(key, default)
        if not isinstance(value, list | tuple):
            raise self._mistaken(key, "a list of texts", value)
        for word in value:
            if not isinstance(word, str):
                raise self.refused(f"{key} must be a list of texts, not of {called(word)}")
            if value.count(word) > 1:
                raise self.refused(f'{key} names "{word}" twice')
        return tuple(value)

    def tables(self, key: str) -> list[Mapping[str, object]]:
        """A list of tables with at least one in it."""
        value = self.required(key)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.refused(f"{key} must be a list of tables, each under [[{key}]]")
        if not value:
            raise self.refused(f"{key} is empty")
        return value

    def _mistaken(self, key: str, right: str, value: object) -> DefinitionError:
        return self.refused(f"{key} must be {right}, not {called(value)}")
