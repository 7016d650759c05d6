"""What a trigger says, read: whom it takes, what must hold of them, what it starts.

The shape of `config` alone is judged here; whether its words mean anything is judged when it is
saved (`changing.py`). An empty list or object asks for nothing.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, get_type_hints

from books.errors import nearest
from triggers.errors import TriggerRefused
from triggers.models import WorkflowTrigger

MOST_COUNT = 1_000_000
MOST_SECONDS = 10 * 366 * 24 * 3600
INPUT_VERSIONS = ("source", "latest")
Reader = Callable[[str, Any], Any]  # of a place such as `config.books`, and what is said there


def _words(place: str, said: Any) -> list[str]:
    if not isinstance(said, list) or not all(isinstance(word, str) and word for word in said):
        raise TriggerRefused(f'{place} is not a list of words such as ["one", "two"]')
    return said


def _values(place: str, said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or not all(isinstance(name, str) and name for name in said):
        raise TriggerRefused(f'{place} is not an object such as {{"name": …}}')
    return said


def _input_version(place: str, said: Any) -> str:
    if said not in INPUT_VERSIONS:
        raise TriggerRefused(f'{place} is no "{said}"{nearest(str(said), INPUT_VERSIONS)}')
    return str(said)


def _up_to(most: int) -> Reader:
    def number(place: str, said: Any) -> int:
        if type(said) is not int or not 1 <= said <= most:
            raise TriggerRefused(f"{place} is not a whole number from 1 to {most}")
        return said

    return number


def _match(place: str, said: Any) -> "Match":
    return Match(**_read(Match, place, said))


def _limit(place: str, said: Any) -> "Limit | None":
    read = _read(Limit, place, said)
    if read and (missing := keys_of(Limit).keys() - read):
        raise TriggerRefused(f"{place} has no {missing.pop()}")
    return Limit(**read) if read else None


Words = Annotated[list[str], _words]
Values = Annotated[dict[str, Any], _values]


@dataclass(frozen=True)
class Limit:
    """The storm brake: no more than `count` firings in any `seconds`."""

    count: Annotated[int, _up_to(MOST_COUNT)]
    seconds: Annotated[int, _up_to(MOST_SECONDS)]


@dataclass(frozen=True)
class Match:
    """What must hold of the source: parameters it was given, its outcome, artifact types it
    made."""

    parameters: Values = field(default_factory=dict)
    outcome: Words = field(default_factory=list)
    has: Words = field(default_factory=list)


@dataclass(frozen=True)
class Config:
    """Each field is a key: its type says how it is read, its default what is meant without it."""

    books: Words = field(default_factory=list)
    book_types: Words = field(default_factory=list)
    settings: Words = field(default_factory=list)
    match: Annotated[Match, _match] = field(default_factory=Match)
    parameters: Values = field(default_factory=dict)
    input_version: Annotated[str, _input_version] = INPUT_VERSIONS[0]
    limit: Annotated[Limit | None, _limit] = None
    with_: Words = field(default_factory=list)


@dataclass(frozen=True)
class Terms:
    """A trigger as it was when it was read."""

    name: str
    source: str
    target: str
    condition: str
    config: Config

    @classmethod
    def of(cls, trigger: WorkflowTrigger) -> "Terms":
        """Raises TriggerRefused when its `config` is not of its shape."""
        return cls(
            trigger.name,
            trigger.source_workflow_type,
            trigger.target_workflow_type,
            trigger.trigger_condition,
            config_of(trigger.config),
        )

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source, *self.config.with_)


def brakes(triggers: Iterable[WorkflowTrigger]) -> dict[int, list[str]]:
    """By the seconds that it looks back, the names of those that have a sound storm brake."""
    found: dict[int, list[str]] = {}
    for trigger in triggers:
        with suppress(TriggerRefused):
            if limit := config_of(trigger.config).limit:
                found.setdefault(limit.seconds, []).append(trigger.name)
    return found


def config_of(said: Any) -> Config:
    """Raises TriggerRefused, one line naming the key and what would be right."""
    return Config(**_read(Config, "config", said))


@cache
def keys_of(shape: type) -> dict[str, tuple[str, Reader]]:
    """The keys of an object of that shape, each with its field and how it is read. `with_` is the
    field of `with`, a word that Python keeps for itself."""
    hints = get_type_hints(shape, include_extras=True)
    return {name.rstrip("_"): (name, hint.__metadata__[0]) for name, hint in hints.items()}


def _read(shape: type, place: str, said: Any) -> dict[str, Any]:
    """By field of that shape, what is said of it."""
    keys, read = keys_of(shape), {}
    if not isinstance(said, dict):
        raise TriggerRefused(f'{place} is not an object such as {{"{next(iter(keys))}": …}}')
    for key, value in said.items():
        if key not in keys:
            raise TriggerRefused(f'{place} has no key "{key}"{nearest(str(key), keys)}')
        name, reader = keys[key]
        read[name] = reader(f"{place}.{key}", value)
    return read
