"""Dice are written `d6`, `2d6`, `2d6+3`: a small d and no spaces.

The check would rather miss one than object to prose: `D&D`, `3D`, `room D6` and sums in words
such as `4d6 + Agility` are left alone.
"""

import re
from collections.abc import Iterator

from books.checks.finding import Finding
from books.checks.prose import Prose

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


def ill_formed(prose: Prose) -> Iterator[Finding]:
    """Dice with a capital D or with spaces in them."""
    for found in DICE.finditer(prose.masked):
        before = prose.word_before(found.start())
        dice = f"{found['count'] or ''}d{found['sides']}"
        written = found[0][: len(found[0]) - len(found["modifier"] or "")]
        modifier = _modifier(prose, found)
        wrong_dice = written != dice and _means_dice(found, before)
        if wrong_dice or (written == dice and re.search(r"\s", modifier)):
            end = found.start() + len(written + modifier)
            right = dice + "".join(modifier.split())
            message = f'dice are written without spaces and with a small d: "{right}"'
            yield prose.finding("dice-notation", "style", (found.start(), end), message, right)


def _modifier(prose: Prose, found: re.Match[str]) -> str:
    """What is added to the roll; empty where a spaced hyphen may be a dash."""
    modifier = found["modifier"] or ""
    dash = SPACED_HYPHEN.match(modifier) and not ENDS_HERE.match(prose.masked, found.end())
    return "" if dash else modifier


def _means_dice(found: re.Match[str], before: str) -> bool:
    """Whether an unusual spelling can mean nothing but dice."""
    if REFERENCE.search(before):
        return False
    if not found["count"]:
        named = NAME.match(found.string, found.end("sides"))
        return found["sides"] in SIDES and bool(ROLLING.search(before)) and not named
    if found["after"] or found["before"]:
        dimensions = found["d"] == "D" and not found["before"]
        return found["sides"] in SIDES and not dimensions
    return True
