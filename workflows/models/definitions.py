"""Which workflows there are, and who does their steps."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artifacts.models import ArtifactType
from books.errors import nearest
from books.models import Book
from workflows.definitions.definition import Definition, StepSpec, parse
from workflows.errors import UnknownThing

PARSED: dict[str, Definition] = {}  # by digest of the spec


class DefinitionQuerySet(models.QuerySet["WorkflowDefinition"]):
    def newest(self) -> Self:
        """The definitions that new runs use: the highest version of each type."""
        later = type(self)(self.model).filter(
            type=models.OuterRef("type"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(later)).order_by("alias")

    def named(self, name: str) -> "WorkflowDefinition":
        """The newest of that type or alias. Raises UnknownThing with the nearest right word."""
        if definition := self.newest().filter(Q(type=name) | Q(alias=name)).first():
            return definition
        words = [word for pair in self.newest().values_list("type", "alias") for word in pair]
        hint = nearest(name, words) if words else "; run manage.py seed first"
        raise UnknownThing(f'no workflow type "{name}"{hint}')

    def versions_of(self, name: str) -> list[int]:
        """The ids of every version of that type or alias, for a database to look up as they are.
        Raises UnknownThing."""
        return list(self.filter(type=self.named(name).type).values_list("pk", flat=True))

    def every_step(self) -> list[StepSpec]:
        """The steps of all of these, in the order of each definition."""
        return [spec for row in self for spec in row.parsed.steps]


class WorkflowDefinition(models.Model):
    """One version of a workflow type. Immutable; a run is pinned to one."""

    type = models.CharField(max_length=64)
    alias = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    spec = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["type", "version"]
        constraints = [
            models.UniqueConstraint(fields=["type", "version"], name="one_definition_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.type} v{self.version}"

    @property
    def parsed(self) -> Definition:
        """Read once in a process, however many rows show it."""
        if self.digest not in PARSED:
            PARSED[self.digest] = parse(
                self.spec, source=str(self), known_artifact_types=ArtifactType.values
            )
        return PARSED[self.digest]


class Executor(models.TextChoices):
    BUILTIN = "builtin", _("builtin: a class of the product, run by a worker")
    EXTERNAL = "external", _("external: a program that claims over REST or the command line")
    HUMAN = "human", _("human: a person in the browser")


class BindingQuerySet(models.QuerySet["AgentBinding"]):
    def for_json(self) -> Self:
        """With what `as_json` shows of other rows, so that a list costs one query."""
        return self.select_related("book")

    def of_agents_done_by(self, executor: str) -> Self:
        """All bindings of the agents that such a one does anything of."""
        some = self.model.objects.filter(executor=executor)
        return self.filter(agent__in=some.values("agent"))


class AgentBinding(models.Model):
    """Who does an agent's steps: for all, for one workflow type, for one book, or for both."""

    agent = models.CharField(max_length=100)
    workflow_type = models.CharField(max_length=64, blank=True)
    book = models.ForeignKey(
        Book, on_delete=models.CASCADE, null=True, blank=True, related_name="agent_bindings"
    )
    executor = models.CharField(max_length=20, choices=Executor.choices)

    objects = BindingQuerySet.as_manager()

    class Meta:
        ordering = ["agent", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "workflow_type", "book"], name="one_binding_per_book"
            ),
            models.UniqueConstraint(
                fields=["agent", "workflow_type"],
                condition=Q(book=None),
                name="one_binding_for_all_books",
            ),
            models.CheckConstraint(
                condition=Q(executor__in=Executor.values), name="known_executor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.executor}"

    def covers(self, workflow_type: str, book_id: int) -> bool:
        return self.workflow_type in ("", workflow_type) and self.book_id in (None, book_id)

    @property
    def specificity(self) -> tuple[bool, bool]:
        """Orders bindings that cover the same step; a book counts more than a type."""
        return (self.book_id is not None, self.workflow_type != "")

    def as_json(self) -> dict[str, Any]:
        return {
            "agent": self.agent,
            "workflow_type": self.workflow_type or None,
            "book": self.book.slug if self.book else None,
            "executor": self.executor,
        }
