"""What a rule reads: a chapter, the book around it, and the house style."""

from dataclasses import dataclass

from books.checks.book import Book
from books.checks.page import Page
from books.checks.prose import Prose
from books.checks.style import Style


@dataclass(frozen=True)
class Reading:
    page: Page
    book: Book
    style: Style

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def prose(self) -> Prose:
        return self.page.prose
