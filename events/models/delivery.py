"""What became of an event on its way to a webhook."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from events.models.event import Event
from events.models.webhook import WebhookEndpoint
from workflows.errors import UnknownThing
from workflows.models import WorkflowRun


class DeliveryStatus(models.TextChoices):
    PENDING = "pending", _("pending: still to be sent")
    DELIVERED = "delivered", _("delivered: the receiver took it")
    EXHAUSTED = "exhausted", _("exhausted: given up")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def numbered(self, pk: int | str) -> "Delivery":
        """The delivery of that id. Raises UnknownThing."""
        try:
            return self.for_json().get(pk=pk)
        except (Delivery.DoesNotExist, ValueError, OverflowError) as error:
            raise UnknownThing(f'no delivery "{pk}"') from error

    def for_json(self) -> Self:
        return self.select_related("event", "run")

    def pending(self) -> Self:
        """In the words of the indexes: what is pending, and nothing else, has a next attempt."""
        return self.filter(next_attempt_at__isnull=False)

    def given_up(self) -> Self:
        return self.filter(status=DeliveryStatus.EXHAUSTED)

    def due(self, now: datetime) -> Self:
        """Those whose time has come, the longest due first. An attempt under way is not due."""
        return self.filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def before_it(self) -> Self:
        """What must have ended before the delivery that a query is about: what is pending of its
        run and endpoint, and earlier."""
        line = {"endpoint": OuterRef("endpoint"), "run": OuterRef("run")}
        return self.pending().filter(**line, event__lt=OuterRef("event"))

    def of_line(self, delivery: "Delivery") -> Self:
        """What is sent one after the other: of its run, to its endpoint."""
        return self.filter(endpoint=delivery.endpoint_id, run=delivery.run_id)


class Delivery(models.Model):
    """One event on its way to one endpoint. Written with the event, kept for good.

    `next_attempt_at` is also the claim: who sends it moves that time to the end of its lease, by
    one conditional UPDATE, and who dies leaves it to whoever comes after that end. `run` is the
    event's, for the order. An endpoint that is deleted takes its deliveries along; the database
    does not hold to that, so that nobody who records an event waits for who deletes.
    """

    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        on_delete=models.DO_NOTHING,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    run = models.ForeignKey(
        WorkflowRun, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    status = models.CharField(
        max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    pending_since = models.DateTimeField(
        help_text=_("when the event was recorded, or the delivery asked for again")
    )
    next_attempt_at = models.DateTimeField(
        null=True, help_text=_("while one is under way: when it counts as lost")
    )
    ended_at = models.DateTimeField(null=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True, help_text=_("of the last attempt"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="one_delivery_per_event"),
            models.CheckConstraint(
                condition=Q(status__in=DeliveryStatus.values), name="known_delivery_status"
            ),
            models.CheckConstraint(
                condition=Q(status=DeliveryStatus.PENDING, next_attempt_at__isnull=False)
                | (~Q(status=DeliveryStatus.PENDING) & Q(next_attempt_at__isnull=True)),
                name="what_is_pending_has_a_next_attempt",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_due",
            ),
            models.Index(
                fields=["endpoint", "run", "event"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_line",
            ),
            models.Index(F("endpoint"), F("id").desc(), name="delivery_of_endpoint"),
            models.Index(F("status"), F("id").desc(), name="delivery_by_status"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} of event {self.event_id}"

    @property
    def webhook_id(self) -> str:
        """The same at each attempt, and no other delivery's, of this installation or another."""
        return f"{self.run.public_id}_{self.event_id}_{self.endpoint_id}"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "endpoint": self.endpoint_id,
            "event": self.event_id,
            "event_type": self.event.event_type,
            "run": self.run.public_id,
            "webhook_id": self.webhook_id,
            "status": self.status,
            "attempts": self.attempts,
            "pending_since": self.pending_since,
            "next_attempt_at": self.next_attempt_at,
            "ended_at": self.ended_at,
            "response_status": self.response_status,
            "error": self.error or None,
        }
