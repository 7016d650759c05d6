"""What we publish: settings, books, versions, chapters, assets."""

from books.models.book import Book, BookStatus, BookType
from books.models.config import BookWorkflowConfig, Seeded
from books.models.rules import known_word, number_of, one_of, rank_of
from books.models.setting import Setting, SettingStatus
from books.models.version import Asset, BookVersion, Chapter, Text

__all__ = [
    "Asset",
    "Book",
    "BookStatus",
    "BookType",
    "BookVersion",
    "BookWorkflowConfig",
    "Chapter",
    "Seeded",
    "Setting",
    "SettingStatus",
    "Text",
    "known_word",
    "number_of",
    "one_of",
    "rank_of",
]
