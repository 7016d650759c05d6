from argparse import ArgumentParser
from typing import Any

from books.diff import between
from books.management.base import Answering
from books.models import Book, BookVersion


class Command(Answering):
    help = "Compare two versions of a book, word by word."
    example = "book_diff --slug core-rulebook --from 1.0.0 --to 1.1.0"
    subject = "slug"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", required=True, metavar="NUMBER")
        parser.add_argument("--to", required=True, metavar="NUMBER")

    def act(self, *, slug: str, to: str, **options: Any) -> dict[str, Any]:
        book = Book.objects.named(slug)
        old = BookVersion.objects.numbered(book, options["from"])
        return between(old, BookVersion.objects.numbered(book, to))

    def text(self, answer: dict[str, Any]) -> str:
        changed = answer["changed"]
        counts = [
            f"{one['slug']}: {one['words_from']} → {one['words_to']} words "
            f"(+{one['words_added']} -{one['words_removed']})\n{one['diff']}"
            for one in changed
        ]
        slugs = [one["slug"] for one in changed]
        return "\n".join([super().text({**answer, "changed": slugs}), "", *counts]).rstrip()
