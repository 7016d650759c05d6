"""Books and settings: `books/`, `settings/`."""

from pathlib import Path
from typing import Any

from django_filters import CharFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from books import registry
from books.api import bodies
from books.api.bodies import Body, Name, Text
from books.api.endpoint import Endpoint, Listing
from books.api.filters import Filters, Named, Word
from books.api.nouns import BookNoun, SettingNoun
from books.models import Book, BookStatus, BookType, Setting, SettingStatus
from books.worlds import register_setting

LONGEST_SLUG = 100


class Folder(Text):
    """A folder on the server's own disk, from its root: what the server runs in nobody knows."""

    pattern = "^/"

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 1000, **more})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        word = super().run_validation(data)
        if word and not Path(word).is_absolute():
            raise serializers.ValidationError("is no whole path, such as /srv/books/core")
        return word


class BookFilters(Filters):
    status = Word(choices=BookStatus.choices)
    book_type = Word(choices=BookType.choices)
    setting = Named(Setting.objects.named, "setting")


class NewBook(Body):
    slug = Name(max_length=LONGEST_SLUG)
    title = Name()
    source_path = Folder(help_text="A folder of Markdown files on the server.")
    book_type = bodies.Word(BookType.choices, default=BookType.CORE)
    setting = Name(default=None, allow_null=True, help_text="A slug.")
    number = Name(default="1.0.0", help_text="Of its first version.")


class BookChange(Body):
    """What is left out stays as it is."""

    title = Name(required=False)
    book_type = bodies.Word(BookType.choices, required=False)
    status = bodies.Word(BookStatus.choices, required=False)
    source_path = Folder(required=False)
    setting = Name(required=False, allow_null=True, help_text="A slug; null for none.")


class Books(Listing):
    """The newest first. Four queries."""

    queryset = Book.objects.with_versions()
    filterset_class = BookFilters
    serializer_class = BookNoun

    @extend_schema(request=NewBook, responses={201: BookNoun})
    def post(self, request: Request) -> Response:
        """Register a book, and take its first version from a folder on the server."""
        said = NewBook.of(request)
        source = Path(said.pop("source_path"))
        return Response(registry.register(source=source, **said).as_json(), status=201)


class OneBook(Endpoint):
    @extend_schema(responses=BookNoun)
    def get(self, request: Request, book: str) -> Response:  # noqa: ARG002
        """A book, with the numbers of its versions."""
        return Response(Book.objects.named(book).as_json())

    @extend_schema(request=BookChange, responses=BookNoun)
    def patch(self, request: Request, book: str) -> Response:
        """Change a book, but never its slug: other systems know it by that."""
        said = BookChange.of(request)
        if "source_path" in said:
            said["source"] = Path(said.pop("source_path"))
        if "setting" in said:
            said["setting"] = said["setting"] or ""
        return Response(registry.amend(Book.objects.named(book), **said).as_json())


class SettingFilters(Filters):
    status = Word(choices=SettingStatus.choices)
    genre = CharFilter(max_length=100)


class NewSetting(Body):
    slug = Name(max_length=LONGEST_SLUG)
    name = Name()
    genre = Name(max_length=100)
    source_path = Folder(
        default=None, allow_null=True, help_text="A folder on the server, with its house style."
    )


class Settings(Listing):
    """The newest first. Two queries."""

    queryset = Setting.objects.with_books()
    filterset_class = SettingFilters
    serializer_class = SettingNoun

    @extend_schema(request=NewSetting, responses={201: SettingNoun})
    def post(self, request: Request) -> Response:
        """Register a setting that books can share."""
        said = NewSetting.of(request)
        source = said.pop("source_path")
        made = register_setting(source=Path(source) if source else None, **said)
        return Response(made.as_json(), status=201)
