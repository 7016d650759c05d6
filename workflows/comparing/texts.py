"""Texts, word by word: Markdown, plain text, the source of HTML."""

from typing import Any

from books.diff import word_diff
from workflows.comparing.reading import Incomparable


def read(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Incomparable("it is not UTF-8") from error


def compare(old: str, new: str) -> dict[str, Any]:
    """`words_added words_removed diff`, the notation that of `books.diff`."""
    return word_diff(old, new).as_json()
