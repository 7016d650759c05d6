from argparse import ArgumentParser
from typing import Any

from books import registry
from books.management.base import Answering
from books.models import Book, BookVersion


class Command(Answering):
    help = "Take a version of a book from its folder; unchanged, it is the version it equals."
    example = "book_snapshot --slug core-rulebook"
    subject = "slug"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--number", help="instead of the next minor number")
        parser.add_argument(
            "--force", action="store_true", help="even where a run's changes would be lost"
        )

    def act(self, *, slug: str, number: str | None, force: bool, **_options: Any) -> dict[str, Any]:
        book = Book.objects.named(slug)
        version, created = registry.snapshot(book, number=number, force=force)
        whole = BookVersion.objects.with_contents().get(pk=version.pk)
        return {**whole.as_json(), "created": created}
