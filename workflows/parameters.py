"""The parameters every workflow knows; further ones are kept as they are."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from books.errors import unknown
from books.models import BookVersion
from workflows.errors import InvalidInput


def checked(parameters: dict[str, Any], version: BookVersion) -> dict[str, Any]:
    """The parameters in their settled form. Raises InvalidInput, or Unknown for a chapter."""
    return {
        name: KNOWN[name](value, version) if name in KNOWN else value
        for name, value in parameters.items()
    }


def chapters(value: Any, version: BookVersion) -> list[str]:
    """`a,b` or a list of slugs, each a chapter of the version, at least one."""
    slugs = value.split(",") if isinstance(value, str) else value
    if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
        raise InvalidInput('chapters is not a list; write chapters=a,b or chapters=["a", "b"]')
    named = [slug.strip() for slug in slugs if slug.strip()]
    if not named:
        raise InvalidInput("chapters names none; leave it away to work on all")
    known = list(version.chapters.values_list("slug", flat=True))
    for slug in named:
        if slug not in known:
            raise unknown(f"chapter of {version}", slug, known)
    return list(dict.fromkeys(named))


def revisions(value: Any, _: BookVersion) -> str:
    """A folder of revised chapters, kept as an absolute path."""
    if not isinstance(value, str) or not value or not Path(value).is_dir():
        raise InvalidInput(f'revisions is no folder: "{value}"')
    return str(Path(value).resolve())


KNOWN: dict[str, Callable[[Any, BookVersion], Any]] = {
    "chapters": chapters,
    "revisions": revisions,
}
CLOSE = 0.75


def misspelt(names: Iterable[str]) -> dict[str, str]:
    """Those that are not known but nearly so, each with the known one that is nearest."""
    near = {name: get_close_matches(name, KNOWN, 1, CLOSE) for name in names if name not in KNOWN}
    return {name: found[0] for name, found in near.items() if found}
