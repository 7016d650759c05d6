"""What a trigger says, read: whom it takes, what must hold of them, what it starts.

The shape of `config` alone is judged here; whether its words mean anything is judged when it is
saved (`changing.py`). An empty list or object asks for nothing.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, ValidationError, convert, field

from books.errors import nearest
from triggers.errors import TriggerRefused
from triggers.models import WorkflowTrigger

MOST_COUNT = 1_000_000
MOST_SECONDS = 10 * 366 * 24 * 3600
Word = Annotated[str, Meta(min_length=1)]
Words = list[Word]


class Limit(Struct, forbid_unknown_fields=True):
    """The storm brake: no more than `count` firings in any `seconds`."""

    count: Annotated[int, Meta(ge=1, le=MOST_COUNT)]
    seconds: Annotated[int, Meta(ge=1, le=MOST_SECONDS)]


class Match(Struct, forbid_unknown_fields=True):
    """What must hold of the source: parameters it was given, its outcome, artifact types it
    made."""

    parameters: dict[Word, Any] = {}
    outcome: Words = []
    has: Words = []


class Config(Struct, forbid_unknown_fields=True):
    books: Words = []
    book_types: Words = []
    settings: Words = []
    match: Match = field(default_factory=Match)
    parameters: dict[Word, Any] = {}
    input_version: Literal["source", "latest"] = "source"
    limit: Limit | None = None
    joined: Words = field(name="with", default_factory=list)


KEYS = {
    "config": tuple(Config.__struct_encode_fields__),
    "config.match": tuple(Match.__struct_encode_fields__),
    "config.limit": tuple(Limit.__struct_encode_fields__),
}


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


def config_of(said: Any) -> Config:
    """Raises TriggerRefused, one line naming the key and what would be right."""
    _refuse_unknown("config", said)
    for key in ("match", "limit"):
        _refuse_unknown(f"config.{key}", said.get(key, {}))
    try:
        return convert(said, Config)
    except ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        place = where.strip("`").replace("$", "config")
        raise TriggerRefused(f"{place or 'config'}: {what[0].lower()}{what[1:]}") from error


def _refuse_unknown(place: str, said: Any) -> None:
    if not isinstance(said, dict):
        if place == "config.limit" and said is None:
            return
        raise TriggerRefused(f'{place} is not an object such as {{"{KEYS[place][0]}": …}}')
    for key in said:
        if key not in KEYS[place]:
            raise TriggerRefused(f'{place} has no key "{key}"{nearest(key, KEYS[place])}')
