"""What of a book must be made again, since its text has changed."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from artifacts import staleness
from artifacts.models import Artifact, ArtifactType
from books.models import Book, BookVersion
from workflows.inputs import made_last

OF_PLAYTESTS = (
    ArtifactType.PLAYTEST_SESSION,
    ArtifactType.PLAYTEST_ANALYSIS,
    ArtifactType.PLAYTEST_FEEDBACK,
)


def rebuild_of(book: Book) -> dict[str, Any]:
    """What is stale of all that the book's latest completed runs made, and the steps that must be
    done again for it, each once, what others are made from first.

    Nothing else must be: what these steps are given besides is not stale. Nor are revisions of
    chapters, and what judged them, where they became the book's text: a newer text took their
    place; nor what a playtest showed: it tells of the text that was played. Raises Conflict when
    the book has no version.
    """
    version = BookVersion.objects.latest_of(book)
    rows = made_last(book).for_json()
    made = _in_order(rows.select_related("run__definition", "step").order_by("step", "pk"))
    causes = staleness.mark(made)
    stale = [one for one in made if one.stale]
    redone = [one for one in stale if not _stays(one)]
    return {
        "book": book.slug,
        "version": version.number,
        "stale": [{**one.as_json(), "because": causes[one.pk]} for one in stale],
        "rebuild": [_redo(list(of_step), causes) for _, of_step in groupby(redone, _step)],
    }


def _in_order(artifacts: Iterable[Artifact]) -> list[Artifact]:
    """Each workflow after those upstream of it, since a new run takes what their new runs make;
    within a workflow as they were."""
    by_type: dict[str, list[Artifact]] = defaultdict(list)
    for one in artifacts:
        by_type[one.workflow_type].append(one)
    upstream = {kind: of[0].run.definition.parsed.upstream for kind, of in by_type.items()}
    ordered: list[str] = []
    while waiting := [kind for kind in by_type if kind not in ordered]:
        free = (kind for kind in waiting if not set(upstream[kind]) & {*waiting} - {kind})
        ordered.append(next(free, min(waiting)))  # where they go in circles, the first by name
    return [one for kind in ordered for one in by_type[kind]]


def _stays(artifact: Artifact) -> bool:
    revised = artifact.item and artifact.run.definition.parsed.makes_version
    return bool(revised) or artifact.artifact_type in OF_PLAYTESTS


def _step(artifact: Artifact) -> int | None:
    return artifact.step_id


def _redo(made: list[Artifact], causes: dict[int, list[str]]) -> dict[str, Any]:
    """A step that must be done again; its artifacts have one run, step and item."""
    first = made[0]
    because = dict.fromkeys(name for one in made for name in causes[one.pk])
    return {
        "workflow_type": first.workflow_type,
        "step": first.step.name if first.step else None,
        "item": first.item or None,
        "run": first.run.public_id,
        "artifacts": [one.public_id for one in made],
        "because": list(because),
    }
