"""Where the boxes of a drawing lead."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, FilteredRelation, Min, Q

from artifacts.models import Artifact
from books.models import BookVersion, Chapter
from config.admin.verbs import list_of, page_of
from workflows.graph.bundles import Bundle
from workflows.models import Step, WorkflowRun

Told = Mapping[str, Any]


def to_steps(run: WorkflowRun) -> dict[str, str]:
    """By name: to the step that was tried once, else to all tries; none where there was none."""
    rows = run.steps.order_by().values_list("name").annotate(Count("pk"), Min("pk"))
    every = {name: list_of(Step, run__id__exact=run.pk, name=name) for name, _, _ in rows}
    return every | {name: page_of(Step(pk=one)) for name, tries, one in rows if tries == 1}


class Ways:
    """From what a lineage drew to its pages; two queries. What is alike leads to a list of it, or
    to the version that has it."""

    def __init__(self, lineage: Told) -> None:
        by_kind: dict[str, list[Told]] = {"artifact": [], "version": [], "chapter": []}
        for node in lineage["nodes"]:
            by_kind[node["kind"]].append(node)
        self._artifacts = _artifacts(by_kind["artifact"])
        chapters = by_kind["chapter"]
        names = {one["label"] for one in by_kind["version"]} | set(map(_version_of, chapters))
        rows = _texts(names, {one["slug"] for one in chapters})
        self._versions = {name: version for name, version, _, _ in rows}
        self._chapters = {(name, slug): chapter for name, _, slug, chapter in rows}

    def of(self, bundle: Bundle) -> str:
        """Empty for what is there no more."""
        lead = {"artifact": self._to_artifacts, "version": self._to_version}
        return lead.get(bundle.first["kind"], self._to_chapters)(bundle)

    def _to_artifacts(self, bundle: Bundle) -> str:
        if not (found := self._artifacts.get(bundle.first["id"])):
            return ""
        pk, run = found
        if len(bundle.things) == 1:
            return page_of(Artifact(pk=pk))
        kind = bundle.first["artifact_type"]
        return list_of(Artifact, run__id__exact=run, artifact_type__exact=kind)

    def _to_version(self, bundle: Bundle) -> str:
        return self._page_of_version(bundle.first["label"])

    def _to_chapters(self, bundle: Bundle) -> str:
        version = _version_of(bundle.first)
        if len(bundle.things) > 1:
            return self._page_of_version(version)
        found = self._chapters.get((version, bundle.first["slug"]))
        return page_of(Chapter(pk=found)) if found else ""

    def _page_of_version(self, name: str) -> str:
        return page_of(BookVersion(pk=found)) if (found := self._versions.get(name)) else ""


def _version_of(chapter: Told) -> str:
    """Its version by the name that a version has there."""
    return f"{chapter['id'].partition('/')[0]} {chapter['version']}"


def _artifacts(told: list[Told]) -> dict[str, tuple[int, int]]:
    rows = Artifact.objects.filter(public_id__in=[one["id"] for one in told])
    return {name: (pk, run) for name, pk, run in rows.values_list("public_id", "pk", "run")}


def _texts(names: set[str], slugs: set[str]) -> list[tuple[str, int, str | None, int | None]]:
    """The versions of these names with those of their chapters: name, id, slug, id."""
    books = {name.partition(" ")[0] for name in names}
    numbers = {name.partition(" ")[2] for name in names}
    slugs = slugs or {""}  # Django answers no rows at all where one asks for one of none
    asked = FilteredRelation("chapters", condition=Q(chapters__slug__in=slugs))
    rows = BookVersion.objects.filter(book__slug__in=books, number__in=numbers)
    told = rows.annotate(asked=asked).order_by()
    columns = ("book__slug", "number", "pk", "asked__slug", "asked__pk")
    return [
        (f"{book} {number}", version, slug, chapter)
        for book, number, version, slug, chapter in told.values_list(*columns)
    ]
