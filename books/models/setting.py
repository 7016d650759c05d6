from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from books.errors import unknown
from books.models.rules import SLUG, known_word, one_of


class SettingStatus(models.TextChoices):
    DRAFT = "draft", _("being drafted")
    SELECTED = "selected", _("selected for production")
    IN_PRODUCTION = "in_production", _("in production")
    PUBLISHED = "published", _("published")


class SettingQuerySet(models.QuerySet["Setting"]):
    def named(self, slug: str) -> "Setting":
        """The setting of that slug. Raises Unknown with the nearest right slug."""
        if setting := self.filter(slug=slug).first():
            return setting
        raise unknown("setting", slug, self.values_list("slug", flat=True))

    def of_genre(self, genre: str) -> Self:
        """Raises Unknown for a genre that no setting has."""
        genres = self.order_by().values_list("genre", flat=True).distinct()
        return self.filter(genre=known_word("genre", genre, genres))

    def with_books(self) -> Self:
        """For lists: `as_json` then asks nothing more."""
        return self.prefetch_related("books")


class Setting(models.Model):
    """A world that several books share."""

    slug = models.CharField(max_length=100, unique=True, validators=[SLUG])
    name = models.CharField(max_length=200)
    genre = models.CharField(max_length=100)
    source_path = models.CharField(max_length=1000, blank=True)
    status = models.CharField(
        max_length=20, choices=SettingStatus.choices, default=SettingStatus.DRAFT
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SettingQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [one_of("status", SettingStatus)]

    def __str__(self) -> str:
        return self.name

    def as_json(self) -> dict[str, Any]:
        return {
            "slug": self.slug,
            "name": self.name,
            "genre": self.genre,
            "source_path": self.source_path or None,
            "status": self.status,
            "books": [book.slug for book in self.books.all()],
        }
