"""How rolls and difficulties look in a house, read off the examples in its style."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

ROLL = re.compile(
    r"\d{0,3}(?P<d>[dD])\d{1,3}(?:(?P<before>[ ]?)[+−-](?P<after>[ ]?)\d{1,3})?", re.ASCII
)
DIFFICULTY = re.compile(r"(?P<word>[^\W\d_]{1,20})(?P<gap>[ ]?)\d{1,3}")


@dataclass(frozen=True)
class Roll:
    """`letter` is `d` or `D`; `gap` stands on either side of a sign, None where either will do."""

    letter: str
    gap: str | None


@dataclass(frozen=True)
class Difficulty:
    """`word` comes before the number, `gap` between the two."""

    word: str
    gap: str


def roll(example: str) -> Roll:
    """What an example such as `2d6+3` shows. Raises ValueError where it is no roll."""
    found = ROLL.fullmatch(example)
    if not found or found["before"] != found["after"]:
        raise ValueError(f'is no roll such as "2d6+3": {example!r}')
    return Roll(found["d"], found["before"])


def difficulty(example: str) -> Difficulty:
    """What an example such as `DC 14` shows. Raises ValueError where it is no such thing."""
    found = DIFFICULTY.fullmatch(example)
    if not found:
        raise ValueError(f'is no difficulty such as "DC 14": {example!r}')
    return Difficulty(found["word"], found["gap"])


EXAMPLES: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {"notation": roll, "difficulty": difficulty}
)
"""What reads each key of the section `[dice]`."""
