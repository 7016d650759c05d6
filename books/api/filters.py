"""What lists are asked for."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter
from django_filters.rest_framework import FilterSet


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
