"""Whether an answer has the shape that the schema tells of."""

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from books.api.bodies import Noun


def strays(noun: type[Noun] | Noun, answer: Any, place: str = "") -> list[str]:
    """Every place where the keys of an answer, or of what lies in it, are not those of the noun,
    or where null stands and may not."""
    fields = (noun() if isinstance(noun, type) else noun).fields
    odd = [f"{place}{key}" for key in sorted(fields.keys() ^ answer.keys())]
    for name in fields.keys() & answer.keys():
        odd += _within(fields[name], answer[name], f"{place}{name}.")
    return odd


def _within(field: Any, value: Any, place: str) -> Iterator[str]:
    if value is None:
        yield from [] if field.allow_null else [f"{place}null"]
    elif isinstance(field, serializers.ListSerializer):
        for number, one in enumerate(value):
            yield from strays(field.child, one, f"{place}{number}.")
    elif isinstance(field, Noun):
        yield from strays(field, value, place)
    elif isinstance(field, serializers.DictField) and isinstance(field.child, Noun):
        for key, one in value.items():
            yield from strays(field.child, one, f"{place}{key}.")
    elif isinstance(field, serializers.ChoiceField) and value not in field.choices:
        yield f"{place}{value}"
