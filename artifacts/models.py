"""What was produced: artifacts, and which step used which."""

import secrets
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artifacts import store
from artifacts.errors import UnknownArtifact


def public_id() -> str:
    return f"art_{secrets.token_hex(10)}"


class ArtifactType(models.TextChoices):
    CHAPTER = "chapter", _("a revised chapter")
    RELEASE_NOTES = "release_notes", _("what changed between two versions")
    PRINT_HTML = "print_html", _("one HTML page made for printing")
    WEB_HTML = "web_html", _("HTML made for reading on a screen")
    PDF_DRAFT = "pdf_draft", _("a PDF to judge")
    PDF_DIGITAL = "pdf_digital", _("the PDF readers download")
    PDF_PRINT = "pdf_print", _("the PDF the printer gets")
    LAYOUT_PLAN = "layout_plan", _("how the book is laid out")
    DESIGN_PLAN = "design_plan", _("how the book looks")
    DEPLOYMENT = "deployment", _("the record of a publication")
    QA_REPORT = "qa_report", _("what quality assurance found")
    MARKETING_COPY = "marketing_copy", _("texts that sell the book")
    ANNOUNCEMENT = "announcement", _("the public announcement")
    PLAYTEST_SESSION = "playtest_session", _("the record of a playtest")
    PLAYTEST_ANALYSIS = "playtest_analysis", _("what a playtest showed")
    PLAYTEST_FEEDBACK = "playtest_feedback", _("what a playtest asks of the text")
    IMPROVEMENT_PLAN = "improvement_plan", _("what to change and why")
    REVIEW_REPORT = "review_report", _("what a review found")
    EPUB = "epub", _("an EPUB 3 book")


class ArtifactQuerySet(models.QuerySet["Artifact"]):
    def named(self, public_id: str) -> "Artifact":
        """The artifact of that id. Raises UnknownArtifact."""
        if artifact := self.for_json().filter(public_id=public_id).first():
            return artifact
        raise UnknownArtifact(f'no artifact "{public_id}"; artifact_list lists them')

    def standing(self) -> Self:
        """Those no later artifact has superseded."""
        return self.filter(superseded_by=None)

    def delivered_by(self, step_ids: Iterable[int]) -> Self:
        """What these steps handed in when they completed, in order."""
        return self.filter(step__in=step_ids, delivered=True).order_by("pk")

    def for_json(self) -> Self:
        """With all that `as_json` reads, so that a list costs one query."""
        return self.select_related("run__book", "book_version", "supersedes")


class Artifact(models.Model):
    """One output of one run. Immutable; its bytes lie in the store under `digest`."""

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    run = models.ForeignKey(
        "workflows.WorkflowRun", on_delete=models.PROTECT, related_name="artifacts"
    )
    step = models.ForeignKey(
        "workflows.Step",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="artifacts",
    )
    artifact_type = models.CharField(max_length=30, choices=ArtifactType.choices)
    path = models.CharField(max_length=500)
    item = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    metadata = models.JSONField(default=dict, blank=True)
    delivered = models.BooleanField(
        default=False, help_text=_("carried or named when its step completed")
    )
    book_version = models.ForeignKey(
        "books.BookVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ArtifactQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "artifact_type", "path", "digest"], name="same_bytes_same_row"
            ),
            models.CheckConstraint(
                condition=Q(artifact_type__in=ArtifactType.values), name="known_artifact_type"
            ),
        ]
        indexes = [
            models.Index(fields=["run", "artifact_type", "item"], name="artifact_of_run"),
            models.Index(fields=["digest"], name="artifact_by_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.artifact_type} {self.path}"

    def content(self) -> bytes:
        """All its bytes. Raises MissingBytes when the store has lost them."""
        return store.read(self.digest)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.public_id,
            "run": self.run.public_id,
            "step": self.step_id,
            "artifact_type": self.artifact_type,
            "path": self.path,
            "item": self.item or None,
            "digest": self.digest,
            "size_bytes": self.size_bytes,
            "media_type": self.media_type,
            "metadata": self.metadata,
            "book": self.run.book.slug,
            "book_version": self.book_version.number if self.book_version else None,
            "supersedes": self.supersedes.public_id if self.supersedes else None,
            "stale": False,
            "created_at": self.created_at,
        }


class ArtifactUse(models.Model):
    """A step was handed an artifact: the fact from which lineage is read."""

    step = models.ForeignKey(
        "workflows.Step", on_delete=models.CASCADE, related_name="artifact_uses"
    )
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="uses")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "artifact"], name="one_use_per_step"),
        ]

    def __str__(self) -> str:
        return f"{self.artifact} in step {self.step_id}"
