"""What lists are asked for."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema_field

from books.api.queries import is_number
from books.errors import nearest

LARGEST_ID = 2**63 - 1


class Filters(FilterSet):
    """The filters of one list, each a field of its noun."""


class Named(CharFilter):
    """By what a word names; `look_up` raises what the command line says of a word that names
    nothing."""

    def __init__(self, look_up: Callable[[str], Any], field_name: str, **more: Any) -> None:
        self.look_up = look_up
        super().__init__(field_name=field_name, max_length=500, **more)

    def filter(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return rows.filter(**{str(self.field_name): self.look_up(word)}) if word else rows


class WordField(forms.ChoiceField):
    def validate(self, value: Any) -> None:
        choices: Any = self.choices
        words = [str(word) for word, _ in choices if word]
        if value and value not in words:
            raise forms.ValidationError(f'no such word "{value}"{nearest(value, words)}')


class Word(ChoiceFilter):
    """By one of a few words. Another is refused with the nearest right one."""

    field_class = WordField


@extend_schema_field({"type": "boolean"})
class YesOrNo(Word):
    """By whether something is so: `true` or `false`, no other word for it."""

    def __init__(self, field_name: str | None = None, **more: Any) -> None:
        words = [(word, word) for word in ("true", "false")]
        super().__init__(field_name=field_name, choices=words, **more)

    def filter(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return self.those(rows, so=word == "true") if word else rows

    def those(self, rows: QuerySet[Any], *, so: bool) -> QuerySet[Any]:
        return rows.filter(**{str(self.field_name): so})


class Number(forms.CharField):
    """A whole number in digits, None where there is none."""

    def to_python(self, value: Any) -> Any:
        word = super().to_python(value)
        if not word:
            return None
        if not is_number(word) or int(word) > LARGEST_ID:
            raise forms.ValidationError("is not a whole number")
        return int(word)


@extend_schema_field({"type": "integer", "format": "int64", "minimum": 0})
class Above(CharFilter):
    """Rows that come after the one of that id."""

    field_class = Number

    def filter(self, rows: QuerySet[Any], number: int | None) -> QuerySet[Any]:
        return rows if number is None else rows.filter(pk__gt=number)
