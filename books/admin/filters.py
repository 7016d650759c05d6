"""Filters whose choices are fixed or looked up as one types: none reads a table to list them."""

from typing import Any

from django.contrib.admin import EmptyFieldListFilter
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
)

Filter = tuple[str, Any]


def choice(field: str) -> Filter:
    return field, ChoicesDropdownFilter


def yes_or_no(field: str) -> Filter:
    return field, BooleanRadioFilter


def looked_up(field: str) -> Filter:
    """Another row, found as one types."""
    return field, AutocompleteSelectFilter


def there_or_not(field: str) -> Filter:
    return field, EmptyFieldListFilter
