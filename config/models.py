"""The few rows of the composition root itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoginTries(models.Model):
    """How often somebody tried to log in lately: one row for a name at an address, one for the
    address. Neither can be read from it: what is typed as a name may be a password."""

    digest = models.CharField(max_length=64, unique=True, help_text=_("keyed; of whom it counts"))
    tries = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(db_index=True, help_text=_("the first of them"))

    class Meta:
        verbose_name_plural = "login tries"

    def __str__(self) -> str:
        return f"{self.tries} since {self.began_at}"


class Tally(models.Model):
    """How often something happened, counted as far as the log of events was read
    (`config/metrics/counting.py`)."""

    name = models.CharField(max_length=40)
    label = models.CharField(max_length=100, blank=True, help_text=_("agent, type, workflow"))
    status = models.CharField(max_length=20, blank=True)
    total = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["name", "label", "status"], name="one_tally"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.label} {self.status}: {self.total}"
