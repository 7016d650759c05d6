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
