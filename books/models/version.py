from collections.abc import Collection, Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from books.errors import Conflict, unknown
from books.models.book import Book
from books.models.rules import rank_of


class VersionQuerySet(models.QuerySet["BookVersion"]):
    def settled(self) -> Self:
        """Versions that count: made by hand, or by a run that completed."""
        return self.filter(Q(made_by_run=None) | Q(made_by_run__status="completed"))

    def with_run(self) -> Self:
        return self.select_related("made_by_run")

    def with_contents(self) -> Self:
        """For lists: `as_json` then asks nothing more."""
        return self.select_related("book", "parent", "made_by_run").prefetch_related(
            "chapters", "assets"
        )

    def latest_of(self, book: Book) -> "BookVersion":
        """The settled version with the highest number. Raises Conflict when there is none."""
        if version := self.settled().filter(book=book).order_by("rank").last():
            return version
        raise Conflict(f'book "{book.slug}" has no version yet; take one with book_snapshot')

    def numbered(self, book: Book, number: str) -> "BookVersion":
        """That version of the book. Raises Invalid for a malformed number, Unknown else."""
        if version := self.filter(book=book, rank=rank_of(number)).first():
            return version
        raise unknown(
            f"version of {book.slug}", number, book.versions.values_list("number", flat=True)
        )


class BookVersion(models.Model):
    """All a book held at one moment. Immutable."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="versions")
    number = models.CharField(max_length=20)
    rank = models.BigIntegerField(help_text=_("orders the numbers; see rank_of"))
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of all it holds"))
    made_by_run = models.ForeignKey(
        "workflows.WorkflowRun",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="made_versions",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["book", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["book", "rank"], name="one_version_per_number"),
        ]
        indexes = [models.Index(fields=["book", "digest"], name="version_by_digest")]

    def __str__(self) -> str:
        return f"{self.book.slug} {self.number}"

    @property
    def is_settled(self) -> bool:
        """Whether it counts: made by hand, or by a run that completed."""
        return self.made_by_run is None or self.made_by_run.status == "completed"

    def digests(self) -> dict[str, str]:
        """The digest of each chapter by its slug, in order."""
        return dict(self.chapters.values_list("slug", "source_id"))

    def origins(self, digests: Iterable[str]) -> dict[tuple[str, str], int]:
        """The id of the artifact that each of these texts came from, as this and earlier versions
        tell it: by slug and digest, and under any other slug by `("", digest)`."""
        earlier = BookVersion.objects.settled().filter(book=self.book_id, rank__lte=self.rank)
        made = Chapter.objects.filter(version__in=earlier, source__in=digests)
        made = made.exclude(made_from=None).order_by("version__rank", "-position")
        found: dict[tuple[str, str], int] = {}
        for slug, digest, artifact in made.values_list("slug", "source_id", "made_from_id"):
            found["", digest] = found[slug, digest] = artifact
        return found

    def counted(self) -> dict[tuple[str, str], tuple[str, int]]:
        """Title and words of each chapter by its path and digest."""
        rows = self.chapters.values_list("path", "source_id", "title", "words")
        return {(path, digest): (title, words) for path, digest, title, words in rows}

    def as_json(self) -> dict[str, Any]:
        chapters = [chapter.as_json() for chapter in self.chapters.all()]
        return {
            "book": self.book.slug,
            "number": self.number,
            "parent": self.parent.number if self.parent else None,
            "digest": self.digest,
            "chapters": chapters,
            "assets": [asset.as_json() for asset in self.assets.all()],
            "words": sum(chapter["words"] for chapter in chapters),
            "made_by_run": self.made_by_run.public_id if self.made_by_run else None,
            "created_at": self.created_at,
        }


class Text(models.Model):
    """A text, kept once however many versions hold it."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.digest[:12]


class ChapterQuerySet(models.QuerySet["Chapter"]):
    def with_text(self) -> Self:
        return self.select_related("source")

    def within(self, slugs: Collection[str]) -> Self:
        """Those of these slugs, in the order of the book."""
        return self.filter(slug__in=slugs).order_by("position")

    def title_of(self, slug: str) -> str:
        """Of that chapter, for a sentence; the slug where there is no such chapter."""
        return self.filter(slug=slug).values_list("title", flat=True).first() or slug

    def named(self, version: BookVersion, slug: str) -> "Chapter":
        """That chapter of the version, with its text. Raises Unknown with the nearest slug."""
        if chapter := self.with_text().filter(version=version, slug=slug).first():
            return chapter
        raise unknown(f"chapter of {version}", slug, version.digests())


class Chapter(models.Model):
    version = models.ForeignKey(BookVersion, on_delete=models.CASCADE, related_name="chapters")
    position = models.PositiveIntegerField()
    slug = models.CharField(max_length=500)
    path = models.CharField(max_length=500)
    title = models.CharField(max_length=500)
    source = models.ForeignKey(Text, on_delete=models.PROTECT, db_column="digest")
    words = models.PositiveIntegerField()
    made_from = models.ForeignKey(
        "artifacts.Artifact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="became_chapters",
        help_text=_("the revision that its text came from, where a run made it"),
    )

    objects = ChapterQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "slug"], name="one_chapter_per_slug"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def digest(self) -> str:
        """Lower-case hex SHA-256 of the chapter's bytes."""
        return str(self.source_id)

    @property
    def text(self) -> str:
        return self.source.text

    def as_json(self) -> dict[str, Any]:
        return {
            "slug": self.slug,
            "path": self.path,
            "position": self.position,
            "title": self.title,
            "digest": self.digest,
            "words": self.words,
        }


class AssetQuerySet(models.QuerySet["Asset"]):
    def at(self, version: BookVersion, path: str) -> "Asset":
        """That file of the version. Raises Unknown with the nearest path."""
        if asset := self.filter(version=version, path=path).first():
            return asset
        known = version.assets.values_list("path", flat=True)
        raise unknown(f"file of {version}", path, known)


class Asset(models.Model):
    """A file of the manuscript that is no chapter; its bytes lie in storage by digest."""

    version = models.ForeignKey(BookVersion, on_delete=models.CASCADE, related_name="assets")
    path = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=100)

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering = ["version", "path"]
        constraints = [
            models.UniqueConstraint(fields=["version", "path"], name="one_asset_per_path"),
        ]
        indexes = [models.Index(fields=["digest"], name="asset_by_digest")]

    def __str__(self) -> str:
        return self.path

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "digest": self.digest,
            "size_bytes": self.size_bytes,
            "media_type": self.media_type,
        }
