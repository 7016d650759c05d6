"""Difficulties are written as in the house style's example, by default `DC 14`.

Ranges (`DC 12-14`), `DC 14+`, steps (`DC +2`) and sentences (`a DC of 14`) are right; direct
current, the city of Washington and aircraft are none.
"""

import re
from collections.abc import Iterator
from functools import cache

from books.checks import notation
from books.checks.finding import Found
from books.checks.notation import Difficulty
from books.checks.reading import Reading

_NUMBERS = (
    "five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty twenty-one twenty-two twenty-three twenty-four twenty-five"
    " twenty-six twenty-seven twenty-eight twenty-nine thirty"
)
NUMBERS = {word: str(number) for number, word in enumerate(_NUMBERS.split(), start=5)}
"""From five: "one" and "two" after such a word may count something else."""
IN_FULL = {"DC": r"difficulty(?:[ \t]+class)?", "TN": r"target[ \t]+number", "CN": "check number"}
LONGEST_ABBREVIATION = 4
NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
GAP = (
    r"(?P<gap>[ \t\xa0\u202f]{0,8}[:.=]?[ \t\xa0\u202f]{0,8}"  # DC14, DC: 14
    r"|[ \t]{0,3}\r?\n[ \t>]{0,20}"
    r"|[:=][ \t]{0,3}\r?\n[ \t>]{0,20}(?=\d\d(?![.)]))"  # a list may follow: "the DC:\n1. Roll"
    r"|[-–—](?=\d\d|[5-9]|[a-z]))"  # DC-14; DC-2 is two less
)
AFTER = (
    r"(?![\w%°]|[.,:]\d|-?[^\W\d_]"
    r"|[ \t]?-?(?:volts?|amps?|amperes?|watts?|k?v|m?a|k?w|inch(?:es)?)\b)"
)
PLACE = re.compile(r"(?:washington,?|\bvolts?|\bamps?|\d[ \t]?k?[vaw]|douglas)[ \t]*\Z", re.I)
AIRCRAFT = re.compile(r"[ \t]+(?:aeroplane|airliner|aircraft|airplane|jet|plane)s?\b", re.I)
LABEL = re.compile(r"(?:\A|[\n|;:*_])[ \t>*_-]*[^\W\d_a-z][a-z]{2,}[ \t]\Z")
"""In `Final DC: 14`, which heads a line or a part of one; `Note DC: 14` within it is none."""
ALIKE = re.compile(r"[\xa0\u202f]|[ \t]*\r?\n[ \t>]*")


def ill_formed(reading: Reading) -> Iterator[Found]:
    """Difficulties whose word, gap or number is written otherwise than in the house."""
    prose, form = reading.prose, notation.difficulty(reading.style.dice["difficulty"])
    for found in _difficulty(form).finditer(prose.masked):
        number = NUMBERS.get(found["number"].lower(), found["number"])
        right = form.word + form.gap + number
        if ALIKE.sub(" ", found[0]) != right and not _is_something_else(found):
            message = f'this house writes the difficulty "{right}"'
            yield Found(*found.span(), message, right)


@cache
def _difficulty(form: Difficulty) -> re.Pattern[str]:
    words = [_spellings(form.word)]
    if form.word in IN_FULL:
        words.append(IN_FULL[form.word] + r"(?=[ \t]*\d)")
    word = f"(?P<word>{'|'.join(words)})"
    return re.compile(rf"(?<![\w./&+-]){word}{GAP}{NUMBER}{AFTER}", re.IGNORECASE)


def _spellings(word: str) -> str:
    """A pattern for a word; for an abbreviation such as DC also `D.C.` and `D. C.`."""
    if word.isupper() and 1 < len(word) <= LONGEST_ABBREVIATION:
        dotted = r"\.[ \t]?".join(word) + r"\.?(?!\s*\n)"
        return rf"{word}|{dotted}"
    return re.escape(word)


def _is_something_else(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - 20) : found.start()]
    if found["gap"].startswith(":") and LABEL.search(before):
        return True
    return bool(PLACE.search(before) or AIRCRAFT.match(found.string, found.end()))
