"""Rules of the house's own, written as patterns in its house style."""

from functools import partial
from time import monotonic

from books.checks.finding import Found
from books.checks.reading import Reading
from books.checks.rule import Rule
from books.checks.style import FILE, Pattern
from books.errors import Invalid

LONGEST_SECONDS = 3.0  # for one pattern over one chapter, so that none holds up a worker


def rule_of(pattern: Pattern) -> Rule:
    """The rule that objects to whatever the pattern matches."""
    find = partial(_matches, pattern)
    return Rule(pattern.rule, pattern.rejection_type, pattern.severity, find, pattern.message)


def _matches(pattern: Pattern, reading: Reading) -> list[Found]:
    """Raises Invalid where the pattern takes too long, in one match or in all."""
    ends_at = monotonic() + LONGEST_SECONDS
    found: list[Found] = []
    try:
        for match in pattern.find.finditer(reading.prose.masked, timeout=LONGEST_SECONDS):
            start, end = match.span()
            if start < end:
                found.append(Found(start, end, pattern.message, pattern.suggestion))
            if monotonic() > ends_at:
                raise _too_slow(pattern, reading)
    except TimeoutError as error:
        raise _too_slow(pattern, reading) from error
    return found


def _too_slow(pattern: Pattern, reading: Reading) -> Invalid:
    return Invalid(
        f'{FILE}: [patterns] "{pattern.rule}" takes more than {LONGEST_SECONDS:g} s '
        f"in {reading.page.path}"
    )
