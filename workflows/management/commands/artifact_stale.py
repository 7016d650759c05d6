from typing import Any

from books.models import Book
from workflows.management.base import WorkflowCommand
from workflows.rebuilding import rebuild_of


class Command(WorkflowCommand):
    help = "Show what of a book's latest outputs is stale, and which steps must be done again."
    example = "artifact_stale core-rulebook"
    subject = "book"
    parts = {
        "stale": ("id", "artifact_type", "path", "item", "book_version", "because"),
        "rebuild": ("workflow_type", "step", "item", "run", "because"),
    }

    def act(self, *_: Any, book: str, **__: Any) -> dict[str, Any]:
        return rebuild_of(Book.objects.named(book))
