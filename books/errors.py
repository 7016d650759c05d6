"""What the registry refuses, by what the caller would do about it."""

from collections.abc import Iterable
from difflib import get_close_matches


class BooksError(Exception):
    """The registry refused."""


class Unknown(BooksError):
    """Nothing goes by that name."""


class Invalid(BooksError):
    """The input itself is wrong; the same call will never succeed."""


class Conflict(BooksError):
    """The input is sound, but contradicts what is there."""


class WouldLose(Conflict):
    """Somebody's work would be lost by it; with `force` it is done all the same."""


class TooLarge(Invalid):
    """The input is larger than a limit allows."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint such as `; did you mean "core-rulebook"?`, empty where nothing is known.

    Without a close match it lists what there is, up to ten words.
    """
    names = sorted(known)
    if close := get_close_matches(word, names, n=1):
        return f'; did you mean "{close[0]}"?'
    if not names:
        return "; there are none"
    return f"; there are {', '.join(names[:10])}" + (" and more" if len(names) > 10 else "")  # noqa: PLR2004


def unknown(noun: str, word: str, known: Iterable[str]) -> Unknown:
    """The error for a word that names nothing, with the nearest right one."""
    return Unknown(f'no {noun} "{word}"{nearest(word, known)}')
