from argparse import ArgumentParser
from typing import Any

from books.management.base import Answering
from books.models import Book


class Command(Answering):
    help = "List books."
    example = "book_list --status editing"
    columns = ("slug", "title", "book_type", "status", "setting", "latest_version")

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--status", help="draft, editing or published")
        parser.add_argument("--type", help="core, source, campaign or supplement")
        parser.add_argument("--setting", help="slug of a setting")

    def act(self, *, status: str | None, setting: str | None, **options: Any) -> list[Any]:
        books = Book.objects.matching(status=status, book_type=options["type"], setting=setting)
        return [book.as_json() for book in books.with_versions()]
