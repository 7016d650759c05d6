"""One output of one run, and the sets of them that are asked for."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, Protocol, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artifacts import staleness, store
from artifacts.errors import UnknownArtifact
from artifacts.models.search import Search
from artifacts.models.types import ArtifactType
from artifacts.naming import Naming, NamingQuerySet


def nouns(artifacts: Iterable["Artifact"]) -> list[dict[str, Any]]:
    """The noun of each; what is stale is asked once for all."""
    rows = list(artifacts)
    staleness.mark(rows)
    return [one.as_json() for one in rows]


def public_id() -> str:
    return f"art_{secrets.token_hex(10)}"


NEWEST_OF = {
    "newest_artifacts": (),
    "newest_of_book": ("book",),
    "newest_of_book_and_type": ("book", "artifact_type"),
    "newest_of_type": ("artifact_type",),
    "newest_of_workflow_type": ("workflow_type",),
    "newest_at_path": ("path",),
}
"""Indexes in the order of lists, by what leads a search."""

PASSED_OVER_AT_ONCE = 500


class Placed(Protocol):
    """Where a row stands in a list, the newest first."""

    @property
    def created_at(self) -> datetime: ...
    @property
    def pk(self) -> int: ...


class ArtifactQuerySet(NamingQuerySet["Artifact"]):
    def named(self, public_id: str) -> "Artifact":
        """The artifact of that id. Raises UnknownArtifact."""
        if artifact := self.for_json().filter(public_id=public_id).first():
            return artifact
        raise UnknownArtifact(f'no artifact "{public_id}"; artifact_list lists them')

    def called(self, public_ids: Iterable[str]) -> Self:
        """Those of these ids that there are."""
        return self.filter(public_id__in=public_ids).order_by("pk")

    def standing(self) -> Self:
        """Those no later artifact has superseded."""
        return self.filter(superseded_by=None)

    def delivered_by(self, step_ids: Iterable[int]) -> Self:
        """What these steps handed in when they completed, in order."""
        return self.filter(step__in=step_ids, delivered=True).order_by("pk")

    def given_to(self, step_ids: Iterable[int]) -> Self:
        """What these steps were handed, in the order it was made."""
        return self.filter(uses__step__in=step_ids).order_by("pk")

    def matching(self, search: Search) -> Self:
        """What is searched for, the newest first."""
        return self.filter(search.condition).order_by(*search.order)

    def latest_of(self, book: models.Model, artifact_type: str = "") -> Self:
        """What completed runs made last of a book, at each item and path; the newest first."""
        return self.matching(Search(book=book, artifact_type=artifact_type, latest=True))

    def older_than(self, last: Placed) -> Self:
        """The next page of a list, the newest first: what follows this, the last shown so far."""
        rows = self.filter(created_at__lte=last.created_at)
        return rows.exclude(created_at=last.created_at, pk__gte=last.pk)

    def newer_than(self, first: Placed) -> Self:
        """What comes before this in such a list."""
        rows = self.filter(created_at__gte=first.created_at)
        return rows.exclude(created_at=first.created_at, pk__lte=first.pk)

    def stale(self, most: int) -> "list[Artifact]":
        """The first of a list, the newest first, whose texts have changed. What is passed over is
        read, a few hundred at a time."""
        found = (one for page in self.marked() for one in page if one.stale)
        return list(islice(found, most))

    def marked(self) -> "Iterator[list[Artifact]]":
        """All of a list, the newest first, a few hundred at a time; each knows whether it is
        stale."""
        rest = self
        while page := list(rest[:PASSED_OVER_AT_ONCE]):
            staleness.mark(page)
            yield page
            rest = self.older_than(page[-1])

    def chapters_of(self, digests: Iterable[str]) -> Self:
        """The chapters with one of these texts."""
        return self.filter(digest__in=digests, artifact_type=ArtifactType.CHAPTER)

    def at_steps(self, steps: models.QuerySet[Any]) -> Self:
        """What these steps made, and what they were given."""
        given = self.model.objects.filter(uses__step__in=steps)
        return self.filter(Q(step__in=steps) | Q(pk__in=given.values("pk")))


class Artifact(Naming):
    """One output of one run. Immutable; its bytes lie in the store under `digest`."""

    names = {
        "run": "run__public_id",
        "book": "book__slug",
        "book_version": "book_version__number",
        "supersedes": "supersedes__public_id",
    }

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    run = models.ForeignKey(
        "workflows.WorkflowRun",
        on_delete=models.PROTECT,
        db_index=False,
        related_name="artifacts",
    )
    step = models.ForeignKey(
        "workflows.Step",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="artifacts",
    )
    book = models.ForeignKey(
        "books.Book",
        on_delete=models.PROTECT,
        db_index=False,
        related_name="artifacts",
        help_text=_("that of its run"),
    )
    workflow_type = models.CharField(max_length=64, help_text=_("that of its run"))
    artifact_type = models.CharField(max_length=30, choices=ArtifactType.choices)
    path = models.CharField(max_length=500)
    item = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    metadata = models.JSONField(default=dict, blank=True)
    delivered = models.BooleanField(
        default=False, help_text=_("carried or named when its step completed")
    )
    latest = models.BooleanField(
        default=False,
        help_text=_("of its book, type, item and path, what a run delivered that completed last"),
    )
    book_version = models.ForeignKey(
        "books.BookVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="artifacts",
        help_text=_("the text that its step was given"),
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = ArtifactQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "artifact_type", "path", "digest"], name="same_bytes_same_row"
            ),
            models.CheckConstraint(
                condition=Q(artifact_type__in=ArtifactType.values), name="known_artifact_type"
            ),
            models.UniqueConstraint(
                fields=["book", "artifact_type", "item", "path"],
                condition=Q(latest=True),
                name="one_latest_artifact",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "artifact_type", "item"], name="artifact_of_run"),
            models.Index(fields=["digest"], name="artifact_by_digest"),
            *(
                models.Index(fields=[*fields, "created_at", "id"], name=name)
                for name, fields in NEWEST_OF.items()
            ),
            # The last: of two indexes that serve as well, SQLite takes the one made later.
            models.Index(
                fields=["book", "created_at", "id"],
                condition=Q(latest=True),
                name="latest_of_book",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artifact_type} {self.path}"

    @cached_property
    def stale(self) -> bool:
        """Whether a text it was made from has changed since; `staleness.mark` asks for many."""
        return bool(staleness.causes([self])[self.pk])

    @property
    def place(self) -> tuple[str, str, str]:
        """Where in its book it belongs: there is one latest at each place."""
        return self.artifact_type, self.item, self.path

    def content(self) -> bytes:
        """All its bytes. Raises MissingBytes when the store has lost them."""
        return store.read(self.digest)

    def as_json(self) -> dict[str, Any]:
        return {**self.as_made(), "stale": self.stale}

    def as_made(self) -> dict[str, Any]:
        """All of the noun that another day will not change."""
        return {
            "id": self.public_id,
            "run": self.name_of("run"),
            "step": self.step_id,
            "artifact_type": self.artifact_type,
            "path": self.path,
            "item": self.item or None,
            "digest": self.digest,
            "size_bytes": self.size_bytes,
            "media_type": self.media_type,
            "metadata": self.metadata,
            "book": self.name_of("book"),
            "book_version": self.name_of("book_version"),
            "supersedes": self.name_of("supersedes"),
            "created_at": self.created_at,
        }
