"""What the registry says of a book and of a setting, and the verbs that change it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from books.errors import Invalid
from books.folder import root_of
from books.manuscript import refuse_chapterless
from books.models import Book, BookType, Setting
from books.registry import amend, register
from books.worlds import amend_setting, register_setting

Said = dict[str, str]


@dataclass(frozen=True)
class Table:
    """`make` and `change` raise what the verbs raise; `change` changes one column of a row.
    `checks` raise what is wrong with a word of a column, whatever the row; `foresee` what else
    `make` would refuse, as far as that is quickly found. Neither writes."""

    noun: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    checks: Mapping[str, Callable[[str], Any]]
    rows: Callable[[Collection[str]], dict[str, Any]]
    said: Callable[[Any], Said]
    foresee: Callable[[Said], Any]
    make: Callable[[Said], Any]
    change: Callable[[Any, str, str], Any]


def whole_path(word: str) -> Path:
    if not Path(word).is_absolute():
        raise Invalid(f'"{word}" is no whole path, such as /srv/books/core')
    return root_of(Path(word))


def field_of(model: type[Model], name: str) -> Callable[[str], Any]:
    """Raises Invalid for what the field does not take."""

    def check(word: str) -> None:
        try:
            model._meta.get_field(name).clean(word, None)  # type: ignore[union-attr]  # noqa: SLF001
        except ValidationError as error:
            raise Invalid(f'"{word}": {error.messages[0]}') from error

    return check


def _books(slugs: Collection[str]) -> dict[str, Any]:
    return Book.objects.select_related("setting").in_bulk(slugs, field_name="slug")


def _said_of_book(book: Book) -> Said:
    return {
        "slug": book.slug,
        "title": book.title,
        "book_type": book.book_type,
        "status": book.status,
        "setting": book.setting.slug if book.setting else "",
        "source_path": book.source_path,
    }


def _make_book(said: Said) -> Book:
    book = register(
        slug=said["slug"],
        title=said["title"],
        source=Path(said["source_path"]),
        book_type=said.get("book_type") or BookType.CORE,
        setting=said.get("setting") or None,
    )
    return amend(book, status=said["status"]) if said.get("status") else book


def _foresee_book(said: Said) -> None:
    refuse_chapterless(Path(said["source_path"]))


def _change_book(book: Book, column: str, value: str) -> Book:
    if column == "source_path":
        return amend(book, source=whole_path(value))
    words: dict[str, Any] = {column: value}
    return amend(book, **words)


def _settings(slugs: Collection[str]) -> dict[str, Any]:
    return Setting.objects.in_bulk(slugs, field_name="slug")


def _said_of_setting(setting: Setting) -> Said:
    return {
        "slug": setting.slug,
        "name": setting.name,
        "genre": setting.genre,
        "status": setting.status,
        "source_path": setting.source_path,
    }


def _make_setting(said: Said) -> Setting:
    source = Path(said["source_path"]) if said.get("source_path") else None
    setting = register_setting(
        slug=said["slug"], name=said["name"], genre=said["genre"], source=source
    )
    return amend_setting(setting, status=said["status"]) if said.get("status") else setting


def _foresee_setting(_said: Said) -> None:
    """The checks of its columns say all."""


def _change_setting(setting: Setting, column: str, value: str) -> Setting:
    return amend_setting(setting, **{"source" if column == "source_path" else column: value})


BOOKS = Table(
    noun="book",
    columns=("slug", "title", "book_type", "status", "setting", "source_path"),
    needed=("title", "source_path"),
    checks={
        "slug": field_of(Book, "slug"),
        "title": field_of(Book, "title"),
        "book_type": field_of(Book, "book_type"),
        "status": field_of(Book, "status"),
        "setting": lambda word: word and Setting.objects.named(word),
        "source_path": whole_path,
    },
    rows=_books,
    said=_said_of_book,
    foresee=_foresee_book,
    make=_make_book,
    change=_change_book,
)
SETTINGS = Table(
    noun="setting",
    columns=("slug", "name", "genre", "status", "source_path"),
    needed=("name", "genre"),
    checks={
        "slug": field_of(Setting, "slug"),
        "name": field_of(Setting, "name"),
        "genre": field_of(Setting, "genre"),
        "status": field_of(Setting, "status"),
        "source_path": lambda word: word and whole_path(word),
    },
    rows=_settings,
    said=_said_of_setting,
    foresee=_foresee_setting,
    make=_make_setting,
    change=_change_setting,
)
