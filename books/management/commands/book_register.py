from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from books import registry
from books.management.base import Answering


class Command(Answering):
    help = "Register a book and take its first version from a folder of Markdown files."
    example = "book_register --slug razorweave --title Razorweave --source manuscript/"
    subject = "slug"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--title", required=True)
        parser.add_argument("--source", required=True, type=Path, metavar="DIR")
        parser.add_argument("--type", default="core", help="core, source, campaign or supplement")
        parser.add_argument("--setting", help="slug of a registered setting")
        parser.add_argument("--number", default="1.0.0", help="of the first version")

    def act(self, *, slug: str, title: str, source: Path, **options: Any) -> dict[str, Any]:
        book = registry.register(
            slug=slug,
            title=title,
            source=source,
            book_type=options["type"],
            setting=options["setting"],
            number=options["number"],
        )
        return book.as_json()
