"""Checks a row's fields before it is saved."""

from django.core.exceptions import ValidationError
from django.db.models import Model

from books.errors import Invalid


def valid(row: Model) -> None:
    """Raises Invalid, naming field, value and rule, unless every field of `row` is legal."""
    try:
        row.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(f'{field} "{getattr(row, field)}": {messages[0]}') from error
