"""What a trigger says, read: whom it takes, what must hold of them, what it starts.

The shape of `config` alone is judged here; whether its words mean anything is judged when it is
saved (`changing.py`). An empty list or object asks for nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from books.errors import nearest
from triggers.errors import TriggerRefused
from triggers.models import WorkflowTrigger

MOST_COUNT = 1_000_000
MOST_SECONDS = 10 * 366 * 24 * 3600
INPUT_VERSIONS = ("source", "latest")
Reader = Callable[[str, Any], Any]


@dataclass(frozen=True)
class Limit:
    """The storm brake: no more than `count` firings in any `seconds`."""

    count: int
    seconds: int


@dataclass(frozen=True)
class Match:
    """What must hold of the source: parameters it was given, its outcome, artifact types it
    made."""

    parameters: dict[str, Any] = field(default_factory=dict)
    outcome: list[str] = field(default_factory=list)
    has: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Config:
    """`joined` is what is written as `with`."""

    books: list[str] = field(default_factory=list)
    book_types: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    match: Match = field(default_factory=Match)
    parameters: dict[str, Any] = field(default_factory=dict)
    input_version: str = INPUT_VERSIONS[0]
    limit: Limit | None = None
    joined: list[str] = field(default_factory=list)


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
        return (self.source, *self.config.joined)


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
    read = _read("config", said)
    return Config(joined=read.pop("with", []), **read)


def _read(place: str, said: Any) -> dict[str, Any]:
    readers = READERS[place]
    if not isinstance(said, dict):
        raise TriggerRefused(f'{place} is not an object such as {{"{KEYS[place][0]}": …}}')
    for key in said:
        if key not in readers:
            raise TriggerRefused(f'{place} has no key "{key}"{nearest(str(key), readers)}')
    return {key: readers[key](f"{place}.{key}", value) for key, value in said.items()}


def _words(place: str, said: Any) -> list[str]:
    if not isinstance(said, list) or not all(isinstance(word, str) and word for word in said):
        raise TriggerRefused(f'{place} is not a list of words such as ["one", "two"]')
    return said


def _values(place: str, said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or not all(isinstance(name, str) and name for name in said):
        raise TriggerRefused(f'{place} is not an object such as {{"name": …}}')
    return said


def _match(place: str, said: Any) -> Match:
    return Match(**_read(place, said))


def _input_version(place: str, said: Any) -> str:
    if said not in INPUT_VERSIONS:
        raise TriggerRefused(f'{place} is no "{said}"{nearest(str(said), INPUT_VERSIONS)}')
    return str(said)


def _limit(place: str, said: Any) -> Limit | None:
    read = _read(place, said)
    if read and (missing := READERS[place].keys() - read):
        raise TriggerRefused(f"{place} has no {missing.pop()}")
    return Limit(**read) if read else None


def _up_to(most: int) -> Reader:
    def number(place: str, said: Any) -> int:
        if type(said) is not int or not 1 <= said <= most:
            raise TriggerRefused(f"{place} is not a whole number from 1 to {most}")
        return said

    return number


READERS: Mapping[str, Mapping[str, Reader]] = {
    "config": {
        "books": _words,
        "book_types": _words,
        "settings": _words,
        "match": _match,
        "parameters": _values,
        "input_version": _input_version,
        "limit": _limit,
        "with": _words,
    },
    "config.match": {"parameters": _values, "outcome": _words, "has": _words},
    "config.limit": {"count": _up_to(MOST_COUNT), "seconds": _up_to(MOST_SECONDS)},
}
KEYS = {place: tuple(readers) for place, readers in READERS.items()}
