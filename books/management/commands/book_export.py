from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from books.export import export
from books.management.base import Answering
from books.models import Book, BookVersion
from books.write_back import write_back


class Command(Answering):
    help = "Write a version of a book into an empty folder, or the latest into its own."
    example = "book_export --slug core-rulebook --number 1.0.0 --to out/"
    subject = "slug"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--number", help="the latest unless given; only with --to")
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--to", type=Path, metavar="DIR")
        place.add_argument("--to-source", action="store_true", help="into the book's folder")
        parser.add_argument(
            "--force", action="store_true", help="with --to-source: over edits made by hand"
        )

    def act(
        self, *, slug: str, number: str | None, to: Path | None, force: bool, **_options: Any
    ) -> dict[str, Any]:
        if to is None and number:
            self.parser.error("--to-source writes the latest version; leave out --number")
        if to is not None and force:
            self.parser.error("--force goes with --to-source")
        book = Book.objects.named(slug)
        if to is None:
            done = write_back(book, force=force)
            answer = _answer(done.version, book.source_path, done.files)
            return {**answer, "edited": done.edited}
        versions = BookVersion.objects
        version = versions.numbered(book, number) if number else versions.latest_of(book)
        return _answer(version, str(to.resolve()), export(version, to))


def _answer(version: BookVersion, to: str, files: list[str]) -> dict[str, Any]:
    return {"book": version.book.slug, "number": version.number, "to": to, "files": files}
