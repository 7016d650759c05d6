"""What artifacts are asked for, and by which index they are looked up among very many.

SQLite has no statistics of its tables: of several indexes it takes the one that has the order of
the list, however many rows it then passes over. So one thing leads, the narrowest that is asked
for, and the rest is only compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, Func, Model, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact

FEW_RUNS = 100
"""All they made is read and sorted; of more runs the list is walked until a page is full."""
NEWEST_FIRST = ("created_at", "id")
LEADING: tuple[tuple[str, ...], ...] = (
    ("run",),
    ("run__in",),
    ("latest", "book"),
    ("latest",),
    ("path",),
    ("book", "artifact_type"),
    ("book",),
    ("artifact_type",),
    ("workflow_type",),
)
"""The narrowest first; each has an index."""


class Unindexed(Func):
    """A column for which SQLite looks into no index; other databases know better than we do."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


@dataclass(frozen=True)
class Search:
    """What is empty, None or False asks for everything; `after` is included, `before` is not.

    `runs` asks for what any of these runs made, however many they are; whether they are few costs
    a query.
    """

    run: Model | None = None
    runs: QuerySet[Any] | None = None
    book: Model | None = None
    artifact_type: str = ""
    workflow_type: str = ""
    path: str = ""
    latest: bool = False
    after: datetime | None = None
    before: datetime | None = None

    @property
    def condition(self) -> Q:
        leading = self._leading
        found = Q()
        for name, value in self._asked.items():
            led = name in leading or name == "latest"
            found &= Q(**{name: value}) if led else Q(Exact(Unindexed(F(name)), value))
        if self.runs is not None and "run__in" not in self._asked:
            found &= Q(Exists(self.runs.order_by().filter(pk=OuterRef("run"))))
        return found & self._dates

    @property
    def order(self) -> list[Any]:
        """The newest first. What is the latest of all books is few, so it is sorted."""
        if self._leading == ("latest",):
            return [Unindexed(F(name)).desc() for name in NEWEST_FIRST]
        return [F(name).desc() for name in NEWEST_FIRST]

    @property
    def _leading(self) -> tuple[str, ...]:
        return next((names for names in LEADING if self._asked.keys() >= set(names)), ())

    @cached_property
    def _asked(self) -> Mapping[str, Any]:
        given = {
            "run": self.run and self.run.pk,
            "run__in": self._few_runs,
            "book": self.book and self.book.pk,
            "artifact_type": self.artifact_type or None,
            "workflow_type": self.workflow_type or None,
            "path": self.path or None,
            "latest": self.latest or None,
        }
        return {name: value for name, value in given.items() if value is not None}

    @property
    def _few_runs(self) -> list[int] | None:
        if self.runs is None or self.run:
            return None
        found = list(self.runs.order_by().values_list("pk", flat=True)[: FEW_RUNS + 1])
        return found if len(found) <= FEW_RUNS else None

    @property
    def _dates(self) -> Q:
        found = Q()
        if self.after:
            found &= Q(created_at__gte=self.after)
        if self.before:
            found &= Q(created_at__lt=self.before)
        return found
