"""The graph of what was made from what."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from artifacts import staleness
from artifacts.lineage import walk
from artifacts.models import Artifact, ArtifactType, ArtifactUse

CHAPTER = ArtifactType.CHAPTER
Edge = tuple[str, str]


class Direction(models.TextChoices):
    UP = "up", _("what it was made from")
    DOWN = "down", _("what was made from it")
    BOTH = "both", _("both")


def lineage_of(artifacts: Sequence[Artifact], direction: str = Direction.UP) -> dict[str, Any]:
    """The noun `{nodes, edges}` of these artifacts and all before them, after them, or both.

    So many queries however deep and wide it is.
    """
    start = [one.pk for one in artifacts]
    names = {one.public_id for one in artifacts}
    up, down = direction != Direction.DOWN, direction != Direction.UP
    graph = Graph((walk.sources(start) if up else set()) | (walk.derived(start) if down else set()))
    edges = sorted(set(graph.edges()))
    kept = names
    if up:
        kept = kept | _reached(names, ((to, of) for of, to in edges))
    if down:
        kept = kept | _reached(names, edges)
    return {
        "nodes": [node for node in graph.nodes() if node["id"] in kept],
        "edges": [{"from": of, "to": to} for of, to in edges if of in kept and to in kept],
    }


class Read(NamedTuple):
    """A chapter as a version has it; `revision` is the artifact that became it."""

    version: int
    number: str
    book: str
    slug: str
    title: str
    digest: str
    revision: str | None

    @property
    def id(self) -> str:
        """The same in every version that has this text from the same hand."""
        return f"{self.book}/{self.slug}@{self.revision or self.digest[:12]}"

    def as_json(self) -> dict[str, Any]:
        """The node; `version` is the first of those read that has this text."""
        label = f"{self.title} ({self.number})"
        more = {"slug": self.slug, "digest": self.digest, "version": self.number}
        return {"id": self.id, "kind": "chapter", "label": label, **more}


class Graph:
    """These artifacts, and the versions and chapters that their steps read."""

    def __init__(self, ids: Collection[int]) -> None:
        rows = Artifact.objects.select_related("run", "book", "book_version", "step")
        self.artifacts = list(rows.filter(pk__in=ids).order_by("pk"))
        self.versions = {
            one.book_version_id: f"{one.book.slug} {one.book_version.number}"
            for one in self.artifacts
            if one.book_version and not one.item
        }
        staleness.mark(self.artifacts)

    @cached_property
    def chapters(self) -> dict[tuple[int, str], Read]:
        """By version and slug: of versions read whole every chapter, of others those read."""
        items = {(one.book_version_id, one.item) for one in self.artifacts}
        rows = apps.get_model("books.Chapter").objects.filter(
            version__in={version for version, _ in items}
        )
        told = rows.order_by("version__rank", "position").values_list(
            "version",
            "version__number",
            "version__book__slug",
            "slug",
            "title",
            "source",
            "made_from__public_id",
        )
        read = (Read(*row) for row in told)
        return {
            (one.version, one.slug): one
            for one in read
            if one.version in self.versions or (one.version, one.slug) in items
        }

    @cached_property
    def given(self) -> Mapping[int | None, list[Artifact]]:
        """What each step was given, of these artifacts."""
        mine = {one.pk: one for one in self.artifacts}
        steps = {one.step_id for one in self.artifacts if one.step_id}
        found: dict[int | None, list[Artifact]] = defaultdict(list)
        uses = ArtifactUse.objects.filter(step__in=steps, artifact__in=mine)
        for step, pk in uses.values_list("step", "artifact"):
            found[step].append(mine[pk])
        return found

    def nodes(self) -> list[dict[str, Any]]:
        first = {one.id: one for one in reversed(self.chapters.values())}
        return [
            *({"id": name, "kind": "version", "label": name} for name in self.versions.values()),
            *(one.as_json() for one in reversed(first.values())),
            *(_node(one) for one in self.artifacts),
        ]

    def edges(self) -> Iterator[Edge]:
        here = {one.public_id for one in self.artifacts}
        for (version, _slug), chapter in self.chapters.items():
            if chapter.revision in here:
                yield chapter.revision, chapter.id
            if version in self.versions:
                yield chapter.id, self.versions[version]
        for made in self.artifacts:
            given = [one for one in self.given[made.step_id] if one.pk < made.pk]
            yield from ((one.public_id, made.public_id) for one in given)
            if text := self._text_of(made, given):
                yield text, made.public_id

    def _text_of(self, made: Artifact, given: Sequence[Artifact]) -> str | None:
        """The version or chapter that its step read; None where it was given a revision."""
        version = made.book_version_id or 0
        if not made.item:
            return self.versions.get(version)
        if any(one.item == made.item and one.artifact_type == CHAPTER for one in given):
            return None
        chapter = self.chapters.get((version, made.item))
        return chapter.id if chapter else None


def _node(one: Artifact) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "kind": "artifact",
        "label": f"{one.artifact_type} {one.path}",
        "artifact_type": one.artifact_type,
        "path": one.path,
        "item": one.item or None,
        "run": one.run.public_id,
        "workflow_type": one.workflow_type,
        "step": one.step.name if one.step else None,
        "attempt": one.step.attempt if one.step else None,
        "stale": one.stale,
    }


def _reached(names: Collection[str], edges: Iterable[Edge]) -> set[str]:
    """What can be reached from these along the edges, themselves included."""
    following = defaultdict(list)
    for of, to in edges:
        following[of].append(to)
    found, waiting = set(names), list(names)
    while waiting:
        new = set(following[waiting.pop()]) - found
        found |= new
        waiting += new
    return found
