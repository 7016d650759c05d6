"""Dice are written as in the house style's example, by default `2d6+3`: a small d and no spaces.

The check would rather miss one than object to prose: `D&D`, `3D`, `room D6` and sums in words
such as `4d6 + Agility` are left alone.
"""

import re
from collections.abc import Iterator

from books.checks import notation
from books.checks.finding import Found
from books.checks.notation import Roll
from books.checks.prose import Prose
from books.checks.reading import Reading

DICE = re.compile(
    r"(?<![\w.,/#&–-])(?:(?P<count>\d{1,3})(?P<before>[ \t]{0,3}))?"
    r"(?P<d>[dD])(?P<after>[ \t]{0,3})(?P<sides>\d{1,3})(?!\w|[.,]\d)"
    r"(?P<modifier>[ \t]{0,3}[+−-][ \t]{0,3}\d{1,3}(?!\w|[.,]\d|[ \t]{0,3}[×x*/+−-]))?"
)
SIDES = frozenset({"2", "3", "4", "6", "8", "10", "12", "20", "30", "66", "100"})
ROLLING = re.compile(r"\b(?:roll(?:s|ed|ing)?|throws?|an?|one|your|each|extra)[ \t]+$", re.I)
NAME = re.compile(r"[ \t-]{1,3}(?:edition|engine|game|licen[cs]e|rule|system)", re.I)
REFERENCE = re.compile(
    r"\b(?:appendix|area|chapter|cell|fig(?:ure)?|grid|hex|level|map|no|page|part|room|section"
    r"|square|step|table|tier|zone)s?\.?[ \t]+$",
    re.IGNORECASE,
)
SPACED_HYPHEN = re.compile(r"[ \t]-[ \t]")
ENDS_HERE = re.compile(r"[ \t]*(?:[.,;:!?)\]|*`\n]|\Z)")


def ill_formed(reading: Reading) -> Iterator[Found]:
    """Dice with the wrong d, or with spaces where the house has none, or the reverse."""
    prose, form = reading.prose, notation.roll(reading.style.dice["notation"])
    for found in DICE.finditer(prose.masked):
        dice = f"{found['count'] or ''}{form.letter}{found['sides']}"
        written = found[0][: len(found[0]) - len(found["modifier"] or "")]
        modifier = _modifier(prose, found)
        right_modifier = _right(modifier, form)
        if written == dice:
            wrong = modifier != right_modifier
        else:
            wrong = _means_dice(found, prose.word_before(found.start()), form)
        if wrong:
            right = dice + right_modifier
            end = found.start() + len(written + modifier)
            yield Found(found.start(), end, f'this house writes the roll "{right}"', right)


def _modifier(prose: Prose, found: re.Match[str]) -> str:
    """What is added to the roll; empty where a spaced hyphen may be a dash."""
    modifier = found["modifier"] or ""
    dash = SPACED_HYPHEN.match(modifier) and not ENDS_HERE.match(prose.masked, found.end())
    return "" if dash else modifier


def _right(modifier: str, form: Roll) -> str:
    """The modifier as the house writes it."""
    if not modifier or form.gap is None:
        return modifier
    bare = "".join(modifier.split())
    return f"{form.gap}{bare[0]}{form.gap}{bare[1:]}"


def _means_dice(found: re.Match[str], before: str, form: Roll) -> bool:
    """Whether an unusual spelling can mean nothing but dice."""
    if REFERENCE.search(before):
        return False
    if not found["count"]:
        named = NAME.match(found.string, found.end("sides"))
        return found["sides"] in SIDES and bool(ROLLING.search(before)) and not named
    if found["after"] or found["before"]:
        dimensions = found["d"] == "D" and not found["before"]
        return found["sides"] in SIDES and not dimensions
    return found["d"] != form.letter
