"""The house style: how a publisher, a setting or a book wants its text written.

A TOML file, `house-style.toml`; what it leaves out is as in the product's own, which lies beside
this module and explains every key.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

import regex

from books.checks import notation
from books.checks.finding import RejectionType, Severity
from books.errors import Invalid, nearest

FILE = "house-style.toml"
OURS = Path(__file__).with_name(FILE)
OPEN = frozenset({"rules", "terms"})
SEVERITIES = (*get_args(Severity), "off")
PATTERN_KEYS = frozenset({"rule", "find", "message", "suggestion", "type", "severity"})
RULE_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
TABLE = re.compile(r"\s*\[+\s*([\w.-]+)\s*\]")


@dataclass(frozen=True)
class Pattern:
    """A rule of the house's own: whatever `find` matches is objected to."""

    rule: str
    find: "regex.Pattern[str]"
    message: str
    suggestion: str
    rejection_type: RejectionType
    severity: Severity


@dataclass(frozen=True, eq=False)
class Style:
    """The sections of the file by name, each whole: what it left out is filled in."""

    rules: Mapping[str, str]
    terms: Mapping[str, str]
    game: Mapping[str, list[str]]
    dice: Mapping[str, str]
    headings: Mapping[str, int]
    glossary: Mapping[str, str]
    limits: Mapping[str, int]
    patterns: tuple[Pattern, ...] = ()

    def severity(self, rule: str, default: Severity | None) -> Severity | None:
        """How much a rule weighs in this house; None where it is off."""
        said = self.rules.get(rule, default)
        return None if said in (None, "off") else cast(Severity, said)


@cache
def ours() -> Style:
    """The product's own house style."""
    return read(OURS.read_text())


def read(text: str, where: str = FILE, rules: Collection[str] = ()) -> Style:
    """The house style that a file holds; `rules` are the names of the product's own rules.

    Raises Invalid, naming `where`, the line and the key.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{where} is no TOML: {error}") from error
    source = _Source(text, where)
    own = _patterns(source, said.pop("patterns", []), rules)
    known = tomllib.loads(OURS.read_text())
    for section, keys in said.items():
        if section not in known:
            hint = nearest(section, [*known, "patterns"])
            raise source.refused(section, "", f"is no section{hint}")
        _check(source, section, keys, known[section])
    _check_rules(source, said.get("rules", {}), {*rules, *(pattern.rule for pattern in own)})
    whole = {name: {**keys, **said.get(name, {})} for name, keys in known.items()}
    _check_examples(source, whole["dice"])
    return Style(**whole, patterns=own)


@dataclass(frozen=True)
class _Source:
    """The file's text, to say in which line something stands."""

    text: str
    where: str

    def refused(self, section: str, key: str, reason: str, nth: int = 0) -> Invalid:
        """`nth` counts the sections of that name, from 0; without a key the section is meant."""
        place = f"[{section}] {key}".strip() if section else key
        return Invalid(f"{self.where}, line {self._line(section, key, nth)}: {place} {reason}")

    def _line(self, section: str, key: str, nth: int) -> int:
        """Where the key stands; else its section; else the first line."""
        written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
        inside, first, seen = not section, 1, -1
        for number, line in enumerate(self.text.splitlines(), start=1):
            if table := TABLE.match(line):
                seen += table[1] == section
                inside = table[1] == section and seen == nth
                first = number if inside else first
            if key and inside and written.match(line):
                return number
        return first


def _check_examples(source: _Source, dice: Mapping[str, str]) -> None:
    for key, understood in notation.EXAMPLES.items():
        try:
            understood(dice[key])
        except ValueError as error:
            raise source.refused("dice", key, str(error)) from error


def _check(source: _Source, section: str, keys: Any, known: Mapping[str, Any]) -> None:
    if not isinstance(keys, dict):
        raise source.refused("", section, f"is no section; write [{section}]")
    for key, value in keys.items():
        if section in OPEN:
            if not isinstance(value, str):
                raise source.refused(section, key, "is not a text")
        elif key not in known:
            raise source.refused(section, key, f"is unknown{nearest(key, known)}")
        elif not _same_kind(value, known[key]):
            raise source.refused(section, key, f"is not of the kind {known[key]!r} is")
        elif isinstance(value, int) and value < 0:
            raise source.refused(section, key, "is less than 0")


def _check_rules(source: _Source, said: Mapping[str, str], known: Collection[str]) -> None:
    """Where no rules are known, none is refused for its name."""
    for rule, severity in said.items():
        if known and rule not in known:
            raise source.refused("rules", rule, f"is no rule{nearest(rule, known)}")
        if severity not in SEVERITIES:
            raise source.refused("rules", rule, f"is not one of {', '.join(SEVERITIES)}")


def _same_kind(value: Any, like: Any) -> bool:
    if isinstance(like, list):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return type(value) is type(like)


def _patterns(source: _Source, said: Any, rules: Collection[str]) -> tuple[Pattern, ...]:
    if not isinstance(said, list):
        raise source.refused("patterns", "", "is written [[patterns]], one table each")
    return tuple(_Table(source, nth, one).pattern(rules) for nth, one in enumerate(said))


@dataclass(frozen=True)
class _Table:
    """One `[[patterns]]` of the file."""

    source: _Source
    nth: int
    said: Any

    def pattern(self, rules: Collection[str]) -> Pattern:
        said = self.said
        if not isinstance(said, dict) or not {"rule", "find", "message"} <= said.keys():
            raise self._refused("", "needs rule, find and message")
        for key, value in said.items():
            if key not in PATTERN_KEYS:
                raise self._refused(key, f"is unknown{nearest(key, PATTERN_KEYS)}")
            if not isinstance(value, str):
                raise self._refused(key, "is not a text")
        if not RULE_NAME.fullmatch(said["rule"]):
            raise self._refused("rule", "is no name such as no-shouting")
        if said["rule"] in rules:
            raise self._refused("rule", "is the name of a rule of the product")
        return Pattern(
            rule=said["rule"],
            find=self._compiled(said["find"]),
            message=said["message"],
            suggestion=said.get("suggestion", ""),
            rejection_type=self._word("type", "style", get_args(RejectionType)),
            severity=self._word("severity", "warning", get_args(Severity)),
        )

    def _compiled(self, find: str) -> "regex.Pattern[str]":
        try:
            pattern = regex.compile(find)
        except (regex.error, OverflowError, RecursionError) as error:
            raise self._refused("find", f"is no pattern: {error}") from error
        if pattern.search(""):
            raise self._refused("find", "matches an empty text")
        return pattern

    def _word(self, key: str, default: str, known: tuple[str, ...]) -> Any:
        if (word := self.said.get(key, default)) not in known:
            raise self._refused(key, f"is not one of {', '.join(known)}")
        return word

    def _refused(self, key: str, reason: str) -> Invalid:
        return self.source.refused("patterns", key, reason, self.nth)
