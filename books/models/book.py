from typing import TYPE_CHECKING, Any, Self

from django.db import connections, models
from django.utils.translation import gettext_lazy as _

from books.errors import Unknown, unknown
from books.models.rules import SLUG, known_word, one_of
from books.models.setting import Setting

if TYPE_CHECKING:
    from books.models.version import BookVersion


class BookType(models.TextChoices):
    CORE = "core", _("core rulebook")
    SOURCE = "source", _("sourcebook")
    CAMPAIGN = "campaign", _("campaign")
    SUPPLEMENT = "supplement", _("supplement")


class BookStatus(models.TextChoices):
    DRAFT = "draft", _("no editing run has begun")
    EDITING = "editing", _("in the editing workflow")
    PUBLISHED = "published", _("published")


class BookQuerySet(models.QuerySet["Book"]):
    def named(self, slug: str) -> "Book":
        """The book of that slug. Raises Unknown with the nearest right slug."""
        if book := self.filter(slug=slug).first():
            return book
        raise unknown("book", slug, self.values_list("slug", flat=True))

    def matching(
        self, *, status: str | None = None, book_type: str | None = None, setting: str | None = None
    ) -> Self:
        """Those that fit every word given. Raises Unknown for a word that does not exist."""
        books = self
        if status:
            books = books.filter(status=known_word("book status", status, BookStatus.values))
        if book_type:
            books = books.filter(book_type=known_word("book type", book_type, BookType.values))
        if setting:
            books = books.filter(setting=Setting.objects.named(setting))
        return books

    def with_versions(self) -> Self:
        """For lists: `as_json` then asks nothing more."""
        return self.select_related("setting").prefetch_related("versions__made_by_run")

    def lock(self, book: "Book") -> None:
        """Hold its row until the transaction ends. Raises Unknown once it is deleted.

        SQLite has no row locks: there the transaction itself, begun as IMMEDIATE, is the lock.
        """
        if not connections[self.db].features.has_select_for_update:
            return
        if not self.select_for_update(no_key=True).filter(pk=book.pk).values_list("pk").first():
            raise Unknown(f'book "{book.slug}" was deleted')


class Book(models.Model):
    slug = models.CharField(max_length=100, unique=True, validators=[SLUG])
    title = models.CharField(max_length=200)
    book_type = models.CharField(max_length=20, choices=BookType.choices, default=BookType.CORE)
    setting = models.ForeignKey(
        Setting, on_delete=models.PROTECT, null=True, blank=True, related_name="books"
    )
    source_path = models.CharField(max_length=1000, help_text=_("folder of the manuscript"))
    status = models.CharField(max_length=20, choices=BookStatus.choices, default=BookStatus.DRAFT)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BookQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [one_of("book_type", BookType), one_of("status", BookStatus)]

    def __str__(self) -> str:
        return self.title

    def versions_by_rank(self) -> "list[BookVersion]":
        """From the lowest number up, with their runs; one query, none after `with_versions`."""
        if "versions" in getattr(self, "_prefetched_objects_cache", {}):
            return list(self.versions.all())
        return list(self.versions.with_run())

    def as_json(self) -> dict[str, Any]:
        versions = self.versions_by_rank()
        settled = [version.number for version in versions if version.is_settled]
        return {
            "slug": self.slug,
            "title": self.title,
            "book_type": self.book_type,
            "status": self.status,
            "setting": self.setting.slug if self.setting else None,
            "source_path": self.source_path,
            "latest_version": settled[-1] if settled else None,
            "versions": [version.number for version in versions],
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }
