"""What of a book is the latest: of each type, item and path, what was delivered last by a run that
completed."""

from collections.abc import Iterable

from django.db.models import Model

from artifacts.models import Artifact


def settle(book: Model, step_ids: Iterable[int]) -> None:
    """Make what these steps delivered the latest of the book; what it follows is so no longer.

    Call it in the transaction that completes their run, under a lock on the book.
    """
    new = {made.place: made.pk for made in Artifact.objects.delivered_by(step_ids)}
    old = {made.place: made.pk for made in Artifact.objects.latest_of(book)}
    outdated = [pk for place, pk in old.items() if new.get(place, pk) != pk]
    Artifact.objects.filter(pk__in=outdated).update(latest=False)
    Artifact.objects.filter(pk__in=new.values()).update(latest=True)
