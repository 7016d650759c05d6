"""What of a book is the latest: of each type, item and path, what was delivered last by a run that
completed."""

from collections.abc import Iterable

from artifacts.models import Artifact

Key = tuple[str, str, str]


def settle(book_id: int, step_ids: Iterable[int]) -> None:
    """Make what these steps delivered the latest of the book; what it follows is so no longer.

    Call it in the transaction that completes their run, under a lock on the book.
    """
    rows = Artifact.objects.delivered_by(step_ids).values_list(
        "artifact_type", "item", "path", "pk"
    )
    new = {(kind, item, path): pk for kind, item, path, pk in rows}
    old = _latest(book_id, {kind for kind, _, _ in new})
    outdated = [pk for key, pk in old.items() if new.get(key, pk) != pk]
    Artifact.objects.filter(pk__in=outdated).update(latest=False)
    Artifact.objects.filter(pk__in=new.values()).update(latest=True)


def _latest(book_id: int, types: Iterable[str]) -> dict[Key, int]:
    rows = Artifact.objects.filter(book=book_id, latest=True, artifact_type__in=types)
    told = rows.values_list("artifact_type", "item", "path", "pk")
    return {(kind, item, path): pk for kind, item, path, pk in told}
