"""Rules that rows share: numbers of versions, words, slugs."""

import re
from collections.abc import Iterable

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from books.errors import Invalid, unknown

VERSION_NUMBER = re.compile(r"(\d{1,5})\.(\d{1,5})\.(\d{1,5})", re.ASCII)
SLUG = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("use lower-case letters, digits and single hyphens")
)


def rank_of(number: str) -> int:
    """The place of version `number` among all versions, so that 1.10.0 follows 1.9.0.

    Raises Invalid unless it is three whole numbers of at most five digits.
    """
    if not (match := VERSION_NUMBER.fullmatch(number)):
        raise Invalid(f'"{number}" is no version number; one looks like 1.3.0')
    major, minor, patch = map(int, match.groups())
    return (major * 100_000 + minor) * 100_000 + patch


def number_of(rank: int) -> str:
    """The number at that place; `number_of(rank_of("01.2.0"))` is `1.2.0`."""
    return f"{rank // 10**10}.{rank // 10**5 % 10**5}.{rank % 10**5}"


def known_word(noun: str, word: str, known: Iterable[str]) -> str:
    """`word` itself. Raises Unknown with the nearest right one unless it is `known`."""
    words = list(known)
    if word not in words:
        raise unknown(noun, word, words)
    return word


def one_of(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """A constraint that keeps `field` among `choices` in the database too."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}), name=f"%(app_label)s_%(class)s_{field}"
    )
