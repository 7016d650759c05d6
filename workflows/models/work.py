"""What the work protocol remembers."""

import hashlib
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Length, Substr
from django.utils import timezone

from workflows.models.steps import Step


class DraftQuerySet(models.QuerySet["Draft"]):
    def offered_to(self, step: Step) -> Self:
        """Drafts left by any attempt at the same step and item."""
        return self.filter(step__run=step.run, step__name=step.name, step__item=step.item).order_by(
            "pk"
        )

    def by(self, worker: str, path: str) -> Self:
        """What that worker left there, the newest first."""
        return self.filter(worker=worker, path=path).order_by("-pk")

    def left_by(self, worker: str) -> Self:
        """Whatever that worker left."""
        return self.filter(worker=worker)

    def listed(self, besides: int | None = None) -> Self:
        """The newest first, each with its `size` and `beginning` instead of all its text."""
        rows = self.exclude(pk=besides) if besides else self
        sized = rows.annotate(size=Length("text"), beginning=Substr("text", 1, 200))
        return sized.defer("text").order_by("-updated_at", "-pk")


class Draft(models.Model):
    """Text handed in under a lease that was lost. Offered at the next claim."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="drafts")
    worker = models.CharField(max_length=200)
    path = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "worker", "path"], name="one_draft_per_path"),
        ]

    def __str__(self) -> str:
        return f"{self.worker}'s draft of {self.step}"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {
            "worker": self.worker,
            "path": self.path or None,
            "text": self.text,
            "updated_at": self.updated_at,
        }


class IdempotencyKey(models.Model):
    """The first answer to a verb, kept for a day, so that repeating it is safe."""

    actor = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    verb = models.CharField(max_length=50)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the arguments")
    answer = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"
