from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from books import registry
from books.management.base import Answering
from books.models import Book


class Command(Answering):
    help = "Change a book's status, title, folder or setting."
    example = "book_set --slug core-rulebook --status published"
    subject = "slug"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--status", help="draft, editing or published")
        parser.add_argument("--title")
        parser.add_argument("--source", type=Path, metavar="DIR")
        parser.add_argument("--setting", help="slug of a setting; empty for none")

    def act(self, *, slug: str, **options: Any) -> dict[str, Any]:
        names = ("status", "title", "source", "setting")
        wanted = {name: options[name] for name in names}
        return registry.amend(Book.objects.named(slug), **wanted).as_json()
