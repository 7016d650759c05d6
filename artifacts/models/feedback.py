"""What playtests ask of a book's text, item by item."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from artifacts.models.artifact import Artifact

LONGEST = {"key": 200, "chapter": 500, "heading": 500, "rejection_type": 20, "severity": 50}
"""How many characters are kept of what an item says; of its quote and text all."""


class FeedbackQuerySet(models.QuerySet["FeedbackItem"]):
    def open(self) -> Self:
        """Those that no version of the book has answered."""
        return self.filter(answered_by_version=None)

    def answered(self) -> Self:
        return self.exclude(answered_by_version=None)

    def planned_by(self, run_id: int) -> Self:
        """Those that this run's plan took up and nothing has answered."""
        return self.open().filter(planned_by_run=run_id)

    def open_by_key(self, book_id: int) -> dict[str, int | None]:
        """Which run has planned each open matter of a book; None where none has."""
        return dict(self.open().filter(book=book_id).values_list("key", "planned_by_run"))

    def for_json(self) -> Self:
        """With all that `as_json` reads, so that a list costs one query."""
        return self.select_related("book", "artifact", "planned_by_run", "answered_by_version")


class FeedbackItem(models.Model):
    """One thing that a playtest asks of a book. Its key names the matter within the book: items
    of several playtests with one key are about the same."""

    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="feedback_items")
    book = models.ForeignKey("books.Book", on_delete=models.CASCADE, related_name="feedback_items")
    key = models.CharField(max_length=LONGEST["key"])
    chapter = models.CharField(
        max_length=LONGEST["chapter"], blank=True, help_text=_("chapter slug or empty")
    )
    heading = models.CharField(max_length=LONGEST["heading"], blank=True)
    rejection_type = models.CharField(max_length=LONGEST["rejection_type"], blank=True)
    severity = models.CharField(max_length=LONGEST["severity"], blank=True)
    quote = models.TextField(blank=True)
    text = models.TextField(blank=True, help_text=_("what is asked, in words"))
    planned_by_run = models.ForeignKey(
        "workflows.WorkflowRun",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="planned_feedback",
    )
    answered_by_version = models.ForeignKey(
        "books.BookVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answered_feedback",
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["artifact", "key"], name="one_item_per_key"),
        ]
        indexes = [
            models.Index(
                fields=["book", "key"],
                condition=models.Q(answered_by_version=None),
                name="open_feedback_of_book",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def as_json(self) -> dict[str, Any]:
        run, version = self.planned_by_run, self.answered_by_version
        return {
            "key": self.key,
            "book": self.book.slug,
            "chapter": self.chapter or None,
            "heading": self.heading or None,
            "rejection_type": self.rejection_type or None,
            "severity": self.severity or None,
            "quote": self.quote or None,
            "text": self.text or None,
            "artifact": self.artifact.public_id,
            "planned_by_run": run.public_id if run else None,
            "answered_by_version": version.number if version else None,
        }
