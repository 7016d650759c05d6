"""Keys by which programs act for a user."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self, now: datetime | None = None) -> Self:
        """Those that still open something."""
        alive = Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
        return self.filter(alive, revoked_at=None, user__is_active=True)


class ApiToken(models.Model):
    """A secret that stands for a user, who may do no more by it than without. Only its hash is
    kept. Empty `groups` or `agents` do not limit it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=200, help_text=_("what it is for"))
    digest = models.CharField(max_length=64, unique=True, help_text=_("SHA-256 of the secret"))
    starts_with = models.CharField(max_length=16, help_text=_("to recognise it by"))
    groups = models.JSONField(
        default=list, blank=True, help_text=_("of the user's groups, those it acts in; empty: all")
    )
    agents = models.JSONField(
        default=list, blank=True, help_text=_("whose steps it may claim; empty: any agent's")
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(
        null=True, blank=True, help_text=_("to the hour, or nearly")
    )

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["user", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], condition=Q(revoked_at=None), name="one_token_per_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}'s {self.name}"

    def as_json(self) -> dict[str, Any]:
        return {
            "user": self.user.get_username(),
            "name": self.name,
            "groups": self.groups,
            "agents": self.agents,
            "expires_at": self.expires_at,
        }
