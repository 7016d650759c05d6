"""Every address of the REST interface."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PREFIX = "api/v1/"
PART = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """`written` is the address as the urls have it, `runs/<str:run>/` with all that goes before."""

    name: str
    written: str
    view: Any

    @property
    def path(self) -> str:
        """As OpenAPI writes it."""
        return "/" + PART.sub(r"{\1}", self.written)

    @property
    def parts(self) -> list[str]:
        return PART.findall(self.written)

    @property
    def methods(self) -> set[str]:
        """All that it takes but OPTIONS, and HEAD, which goes with GET."""
        return set(self.view.cls().allowed_methods) - {"HEAD", "OPTIONS"}


@cache
def routes() -> tuple[Route, ...]:
    found = _below(get_resolver().url_patterns, "")
    return tuple(route for route in found if route.written.startswith(PREFIX))


def _below(patterns: Sequence[Any], before: str) -> Iterator[Route]:
    for pattern in patterns:
        written = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, written)
        elif isinstance(pattern, URLPattern):
            yield Route(pattern.name or "", written, pattern.callback)
