from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from books.models import Book, BookVersion
from events.dossier.making import make
from events.management.base import EventsCommand


class Command(EventsCommand):
    help = "Write all there is of a version into one zip: text, outputs, approvals, rejections."
    example = "book_dossier core-rulebook --number 1.1.0 --to core-rulebook-1.1.0.zip"
    subject = "slug"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--number", required=True, help="of the version")
        parser.add_argument(
            "--to", required=True, type=Path, metavar="FILE", help="a file that does not exist yet"
        )

    def act(self, *_: Any, slug: str, number: str, to: Path, **__: Any) -> dict[str, Any]:
        version = BookVersion.objects.numbered(Book.objects.named(slug), number)
        return make(version, to.absolute())
