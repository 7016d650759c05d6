"""What is asked of the inbox: by whom, of what, from where on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from books.models import Book
from workflows.callers import Caller
from workflows.errors import InvalidInput


class Kind(StrEnum):
    """In the order in which what began in the same moment is listed."""

    GATE = "gate"
    ESCALATION = "escalation"
    WORK = "work"
    HELD = "held"
    """Work that the caller has claimed and not handed back."""


WORD = re.compile(r"[0-9]{1,18}(-[0-9]{1,18}){3}")
Place = Mapping[Kind, int]
"""The last id of each kind that was seen. Within a kind ids are in the order of time."""


@dataclass(frozen=True)
class Asked:
    """`everything`: also what waits for others. `at_once`: without the gates of paused runs, which
    nobody can decide just now, and the escalations that somebody else has taken. Work that is held
    is the caller's, whatever is asked."""

    caller: Caller
    everything: bool = False
    kinds: frozenset[Kind] = frozenset(Kind)
    book: Book | None = None
    workflow_type: str = ""
    at_once: bool = False
    after: Place = field(default_factory=dict)


def as_word(place: Place) -> str:
    """A place as it stands in an address."""
    return "-".join(str(place.get(kind, 0)) for kind in Kind)


def from_word(word: str) -> dict[Kind, int]:
    """Raises InvalidInput for what `as_word` does not say."""
    if not WORD.fullmatch(word):
        raise InvalidInput("this is no place in the inbox; begin at its start")
    return dict(zip(Kind, map(int, word.split("-")), strict=True))
