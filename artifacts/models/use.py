"""Which step was given which artifact."""

from django.db import models

from artifacts.models.artifact import Artifact


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
