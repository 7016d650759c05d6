"""The registry in the admin. Versions and what they hold are immutable here too."""

from books.admin import books, versions
from books.admin.rows import Inline, Many, ReadOnly, Rows

__all__ = ["Inline", "Many", "ReadOnly", "Rows", "books", "versions"]
