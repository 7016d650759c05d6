from typing import Any

from books.management.base import Answering
from books.models import Book, BookVersion


class Command(Answering):
    help = "Show a book and all that its latest version holds."
    example = "book_info --slug core-rulebook --json"
    subject = "slug"

    def act(self, *, slug: str, **_options: Any) -> dict[str, Any]:
        book = Book.objects.named(slug)
        latest = BookVersion.objects.with_contents().latest_of(book)
        return {**book.as_json(), "latest": latest.as_json()}

    def text(self, answer: dict[str, Any]) -> str:
        book = {name: value for name, value in answer.items() if name != "latest"}
        latest = {
            name: answer["latest"][name] for name in ("words", "digest", "chapters", "assets")
        }
        return super().text(book | latest)
