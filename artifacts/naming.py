"""Rows that name rows of other tables, without reading these."""

from collections.abc import Mapping
from functools import reduce
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F

Row = TypeVar("Row", bound=models.Model)


class NamingQuerySet(models.QuerySet[Row]):
    def for_json(self) -> Self:
        """With the names that `as_json` shows, so that a list costs one query. The rows they are
        the names of are not read: that would take four times as long."""
        names = self.model.names.items()  # type: ignore[attr-defined]
        return self.annotate(**{f"{key}_named": F(path) for key, path in names})


class Naming(models.Model):
    """A row whose JSON names others: `names` has the way to the name by its key."""

    names: ClassVar[Mapping[str, str]] = {}

    class Meta:
        abstract = True

    def name_of(self, key: str) -> Any:
        """What `for_json` has read with the row, else by a query; None where nothing is named."""
        if (told := f"{key}_named") in self.__dict__:
            return self.__dict__[told]
        return reduce(lambda row, step: row and getattr(row, step), self._way(key), self)

    def _way(self, key: str) -> list[str]:
        return self.names[key].split("__")
