"""The nouns of the registry, as the schema tells of them."""

from typing import Any

from rest_framework import serializers as fields

from books.api.bodies import Noun
from books.models import BookStatus, BookType, SettingStatus


class BookNoun(Noun):
    slug = fields.SlugField()
    title = fields.CharField()
    book_type = fields.ChoiceField(BookType.choices)
    status = fields.ChoiceField(BookStatus.choices)
    setting = fields.SlugField(allow_null=True)
    source_path = fields.CharField()
    latest_version = fields.CharField(allow_null=True)
    versions = fields.ListField(child=fields.CharField())
    created_at = fields.DateTimeField()
    updated_at = fields.DateTimeField()


class SettingNoun(Noun):
    slug = fields.SlugField()
    name = fields.CharField()
    genre = fields.CharField()
    source_path = fields.CharField(allow_null=True)
    status = fields.ChoiceField(SettingStatus.choices)
    books = fields.ListField(child=fields.SlugField())


class ChapterNoun(Noun):
    slug = fields.CharField()
    path = fields.CharField()
    position = fields.IntegerField(min_value=1)
    title = fields.CharField(allow_blank=True)
    digest = fields.CharField()
    words = fields.IntegerField(min_value=0)


class ChapterWithText(ChapterNoun):
    text = fields.CharField(allow_blank=True)


class AssetNoun(Noun):
    path = fields.CharField()
    digest = fields.CharField()
    size_bytes = fields.IntegerField(min_value=0)
    media_type = fields.CharField()


class VersionNoun(Noun):
    book = fields.SlugField()
    number = fields.CharField()
    parent = fields.CharField(allow_null=True)  # type: ignore[assignment]
    digest = fields.CharField()
    chapters = ChapterNoun(many=True)
    assets = AssetNoun(many=True)
    words = fields.IntegerField(min_value=0)
    made_by_run = fields.CharField(allow_null=True)
    created_at = fields.DateTimeField()


class SnapshotNoun(VersionNoun):
    created = fields.BooleanField(help_text="False where it is a version there was already.")


class Between(Noun):
    """From one to another; `from` is a word of Python, so it cannot be an attribute."""

    def get_fields(self) -> dict[str, Any]:
        return {
            "from": fields.CharField(),
            "to": fields.CharField(),
            **super().get_fields(),
        }


class ChapterChange(Noun):
    slug = fields.CharField()
    words_from = fields.IntegerField(min_value=0)
    words_to = fields.IntegerField(min_value=0)
    words_added = fields.IntegerField(min_value=0)
    words_removed = fields.IntegerField(min_value=0)
    diff = fields.CharField(allow_blank=True)


class FilesChanged(Noun):
    added = fields.ListField(child=fields.CharField())
    removed = fields.ListField(child=fields.CharField())
    changed = fields.ListField(child=fields.CharField())


class DiffNoun(Between):
    book = fields.SlugField()
    added = fields.ListField(child=fields.CharField())
    removed = fields.ListField(child=fields.CharField())
    renamed = Between(many=True)
    changed = ChapterChange(many=True)
    assets = FilesChanged()
