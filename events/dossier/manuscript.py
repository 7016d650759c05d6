"""The version itself: its text, where each chapter came from, and who approved it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from artifacts.models import Artifact, ArtifactType, ArtifactUse
from books.models import Asset, BookVersion, Chapter
from workflows.models import RunStatus, StepKind, StepStatus, WorkflowRun

FORMAT = 1  # of the dossier; another when a reader of its JSON would have to change


def chapters_of(version: BookVersion) -> list[Chapter]:
    """With their texts and where these came from."""
    rows = version.chapters.with_text().select_related("made_from__run")
    return list(rows.order_by("position"))


def assets_of(version: BookVersion) -> list[Asset]:
    return sorted(version.assets.all(), key=lambda asset: asset.path)


def told(
    version: BookVersion, chapters: Iterable[Chapter], assets: Iterable[Asset]
) -> dict[str, Any]:
    """What `version.json` holds."""
    approved, editions = _approved(version), _editions(chapters)
    rows = [
        {
            **chapter.as_json(),
            "text_from": _origin(chapter.made_from, editions) if chapter.made_from else None,
            "approved": approved.get((chapter.slug, chapter.digest)),
        }
        for chapter in chapters
    ]
    book = version.book
    return {
        "format": FORMAT,
        "book": book.slug,
        "title": book.title,
        "book_type": book.book_type,
        "setting": book.setting.slug if book.setting else None,
        "number": version.number,
        "parent": version.parent.number if version.parent else None,
        "digest": version.digest,
        "made_by_run": version.made_by_run.public_id if version.made_by_run else None,
        "created_at": version.created_at,
        "words": sum(row["words"] for row in rows),
        "chapters": rows,
        "assets": [asset.as_json() for asset in assets],
    }


def _origin(made: Artifact, editions: dict[int | None, str]) -> dict[str, Any]:
    """The revision that a text is, and the version it first came into."""
    number = editions[made.pk]
    return {"artifact": made.public_id, "run": made.run.public_id, "version": number}


def _editions(chapters: Iterable[Chapter]) -> dict[int | None, str]:
    """By the id of the revision that each text is, the number of the first version to hold it."""
    revisions = [one.made_from_id for one in chapters if one.made_from_id]
    holding = Chapter.objects.filter(
        made_from__in=revisions, version__in=BookVersion.objects.settled()
    )
    newest_first = holding.order_by("-version__rank")
    return dict(newest_first.values_list("made_from", "version__number"))


def _approved(version: BookVersion) -> dict[tuple[str, str], dict[str, Any]]:
    """By slug and digest, the first gate that let this very text of that chapter pass, in a run of
    the book that counts: it came out at this version, or completed before there was the version,
    or such a run took its approval over. What was approved later is of later versions."""
    done = _counting(version)
    uses = ArtifactUse.objects.filter(
        Q(step__run__in=done) | Q(step__reuses__run__in=done),
        step__kind=StepKind.GATE,
        step__status=StepStatus.COMPLETED,
        artifact__artifact_type=ArtifactType.CHAPTER,
        artifact__book=version.book,
        artifact__digest__in=version.chapters.order_by().values("source_id"),
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for use in uses.select_related("step__run", "artifact").order_by("step__finished_at", "pk"):
        found.setdefault((use.artifact.item, use.artifact.digest), _approval(use))
    return found


def _counting(version: BookVersion) -> QuerySet[WorkflowRun]:
    before = Q(finished_at__lte=version.created_at) | Q(output_version=version)
    return WorkflowRun.objects.order_by().filter(
        before, book=version.book_id, status=RunStatus.COMPLETED
    )


def _approval(use: ArtifactUse) -> dict[str, Any]:
    step = use.step
    return {
        "by": step.worker,
        "at": step.finished_at,
        "gate": step.name,
        "run": step.run.public_id,
        "artifact": use.artifact.public_id,
    }
