"""Who outside the house is told what happens."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from books.models import Book
from workflows.errors import UnknownThing

TOLD_EVERY = timedelta(days=1)
HELD_FOR = timedelta(minutes=1)


class WebhookQuerySet(models.QuerySet["WebhookEndpoint"]):
    def numbered(self, pk: int | str) -> "WebhookEndpoint":
        """The webhook of that id. Raises UnknownThing."""
        try:
            return self.select_related("book").get(pk=pk)
        except (WebhookEndpoint.DoesNotExist, ValueError, OverflowError) as error:
            raise UnknownThing(f'no webhook "{pk}"') from error

    def for_json(self) -> Self:
        return self.select_related("book")

    def in_trouble(self, now: datetime) -> Self:
        """Those whose operators are to be told: a delivery was given up since they last were, and
        that is a day ago; nobody is telling them right now."""
        news = Q(notice_sent_at=None) | Q(
            notice_sent_at__lt=F("exhausted_at"), notice_sent_at__lte=now - TOLD_EVERY
        )
        free = Q(notice_tried_at=None) | Q(notice_tried_at__lte=now - HELD_FOR)
        return self.filter(news, free, exhausted_at__isnull=False)


class WebhookEndpoint(models.Model):
    """An address that events are sent to: `https:`, or `mailto:`.

    Its secrets lie here in clear: a signature cannot be made with less.
    """

    url = models.CharField(max_length=2000)
    event_types = models.JSONField(
        default=list, blank=True, help_text=_("a list of event types; empty: all")
    )
    book = models.ForeignKey(
        Book,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="webhooks",
        help_text=_("empty: all"),
    )
    enabled = models.BooleanField(default=True)
    disabled_because = models.CharField(
        max_length=200, blank=True, editable=False, help_text=_("where it was not a human's doing")
    )
    secret = models.CharField(max_length=100, blank=True, editable=False)
    former_secret = models.CharField(max_length=100, blank=True, editable=False)
    former_until = models.DateTimeField(
        null=True, editable=False, help_text=_("until then the former secret signs too")
    )
    made_by = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    exhausted_at = models.DateTimeField(
        null=True, editable=False, help_text=_("when a delivery was last given up")
    )
    notice_tried_at = models.DateTimeField(null=True, editable=False)
    notice_sent_at = models.DateTimeField(
        null=True, editable=False, help_text=_("when operators were last told of that")
    )

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        """Without its url, which is a secret with some receivers and no matter for logs."""
        return f"webhook {self.pk}"

    @property
    def by_mail(self) -> bool:
        return self.url.startswith("mailto:")

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Those that sign, the newest first."""
        if self.former_until and now < self.former_until:
            return self.secret, self.former_secret
        return (self.secret,)

    def wants(self, event_type: str, book_id: int) -> bool:
        return self.book_id in (None, book_id) and (
            not self.event_types or event_type in self.event_types
        )

    def as_json(self) -> dict[str, Any]:
        """Without its secrets."""
        return {
            "id": self.pk,
            "url": self.url,
            "event_types": self.event_types,
            "book": self.book.slug if self.book else None,
            "enabled": self.enabled,
            "disabled_because": self.disabled_because or None,
            "exhausted_at": self.exhausted_at,
            "made_by": self.made_by,
            "created_at": self.created_at,
        }
