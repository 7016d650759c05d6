from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from books.models.book import Book


class BookWorkflowConfig(models.Model):
    """What a book does differently in one workflow type. Keys of `config`: docs/settings.md."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="workflow_configs")
    workflow_type = models.CharField(max_length=64)
    enabled = models.BooleanField(default=True)
    config = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "workflow_type"], name="one_config_per_workflow_type"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book.slug} in {self.workflow_type}"

    def as_json(self) -> dict[str, Any]:
        return {
            "book": self.book.slug,
            "workflow_type": self.workflow_type,
            "enabled": self.enabled,
            "config": self.config,
        }


class Seeded(models.Model):
    """What `seed` once made, so that it never brings back what was deleted."""

    kind = models.CharField(max_length=50)
    name = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = _("seeded")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="seeded_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
