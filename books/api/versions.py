"""The versions of a book, and what they hold."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from books import diff, registry, store
from books.api.bodies import Body, Name, Switch
from books.api.content import ANSWERED, ASKED, REFUSED, AsItIs, Content
from books.api.endpoint import Endpoint, Listing
from books.api.nouns import ChapterWithText, DiffNoun, SnapshotNoun, VersionNoun
from books.api.queries import Query
from books.errors import Invalid, Unknown
from books.models import Asset, Book, BookVersion, Chapter


class NewVersion(Body):
    number = Name(default=None, allow_null=True, help_text="The next minor one unless given.")
    force = Switch(default=False, help_text="Even where a run's changes would be lost.")


class Versions(Listing):
    """The newest first, each with all its chapters and files: six queries, and some 0.2 kilobytes
    for each chapter of each version."""

    queryset = BookVersion.objects.with_contents()
    serializer_class = VersionNoun

    def get_queryset(self) -> QuerySet[BookVersion]:
        return super().get_queryset().filter(book=Book.objects.named(self.kwargs["book"]))

    @extend_schema(request=NewVersion, responses={200: SnapshotNoun, 201: SnapshotNoun})
    def post(self, request: Request, book: str) -> Response:
        """Take a version from the book's folder; where it holds nothing new, the one it equals."""
        said = NewVersion.of(request)
        version, created = registry.snapshot(Book.objects.named(book), **said)
        whole = BookVersion.objects.with_contents().get(pk=version.pk)
        return Response({**whole.as_json(), "created": created}, status=201 if created else 200)


class Version(Endpoint):
    @extend_schema(responses=VersionNoun)
    def get(self, request: Request, book: str, number: str) -> Response:  # noqa: ARG002
        """A version with all its chapters and files."""
        return Response(version_of(book, number).as_json())


class Against(Query):
    against = Name(help_text="The number of an older version: what differs from that to this.")


class Diff(Endpoint):
    takes = Against.names()

    @extend_schema(parameters=[Against], responses=DiffNoun)
    def get(self, request: Request, book: str, number: str) -> Response:
        """What differs from another version to this, word by word."""
        new = version_of(book, number)
        old = BookVersion.objects.numbered(new.book, Against.of(request)["against"])
        return Response(diff.between(old, new))


class OneChapter(Endpoint):
    @extend_schema(responses=ChapterWithText)
    def get(self, request: Request, book: str, number: str, chapter: str) -> Response:  # noqa: ARG002
        """A chapter of a version with its text."""
        row = Chapter.objects.named(version_of(book, number), chapter)
        return Response({**row.as_json(), "text": row.text})


class OneAsset(Endpoint):
    content_negotiation_class = AsItIs
    also_refuses = REFUSED

    @extend_schema(parameters=ASKED, responses=ANSWERED)
    def get(self, request: Request, **place: Any) -> HttpResponseBase:
        """The bytes of a map, a picture or another file of a version that is no chapter."""
        row = Asset.objects.at(version_of(place["book"], place["number"]), place["path"])
        content = Content(row.digest, row.size_bytes, row.media_type, row.path, store.opened)
        return content.answer(request)


def version_of(book: str, number: str) -> BookVersion:
    """What an address names. Raises Unknown, also for what is no number at all."""
    row = Book.objects.named(book)
    try:
        return BookVersion.objects.select_related("book", "parent", "made_by_run").numbered(
            row, number
        )
    except Invalid as error:
        raise Unknown(str(error)) from error
