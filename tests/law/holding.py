"""The law held against an installation as it stands, whatever brought it there."""

from types import SimpleNamespace
from typing import Any, cast

from django.utils import timezone

from books.models import Book
from tests.law import checks, products, standing
from tests.law.picture import Picture
from tests.law.replay import Replay
from tests.law.verbs import Act, Done
from tests.law.world import World
from workflows.management.base import WorkflowCommand
from workflows.models import WorkflowDefinition

HOLD = "tests.law.holding.Hold"
OF_ROWS = (
    checks.statuses_are_legal,
    standing.attempts_are_numbered,
    standing.live_rows_stand,
    standing.nothing_due_is_missing,
    standing.open_rejections_await_their_review,
    standing.every_escalation_has_its_rejection,
    standing.nothing_is_open_on_an_ended_run,
    standing.what_completed_is_done,
    standing.escalated_is_paused,
    standing.no_run_is_stuck,
    standing.current_is_the_first_open_or_missing,
    products.the_latest_is_what_completed_last,
    products.what_is_used_is_older,
    products.artifacts_are_of_their_run,
)


class Hold(WorkflowCommand):
    """Hold all rows, and what the log tells of them, against the law; answers how many runs."""

    def act(self, *_: Any, **__: Any) -> dict[str, int]:
        picture = Picture(standing_world())
        done = Done(Act("look"), picture, picture, timezone.now())
        log = Replay().follow(picture.events)
        for law in OF_ROWS:
            law(done)
        for one in checks.OF_THE_LOG:
            one(done, log)
        return {"runs": len(picture.runs), "events": len(picture.events)}


def standing_world() -> World:
    """What a picture asks of the world: definitions, and the chapters of books."""
    first = {book.pk: book.versions.order_by("pk").first() for book in Book.objects.all()}
    chapters = {
        book: tuple(version.chapters.order_by("position").values_list("slug", flat=True))
        for book, version in first.items()
        if version
    }
    definitions = WorkflowDefinition.objects.in_bulk()
    return cast(World, SimpleNamespace(chapters=chapters, definitions=definitions))
