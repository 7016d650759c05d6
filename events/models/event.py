"""What happened."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artifacts.naming import Naming, NamingQuerySet
from workflows.models import Step, WorkflowRun


class EventType(models.TextChoices):
    CREATED = "created", _("created: a run was created")
    STARTED = "started", _("started: a run began, or a step was claimed")
    PAUSED = "paused", _("paused: a run hands out no work")
    RESUMED = "resumed", _("resumed: a run hands out work again")
    COMPLETED = "completed", _("completed: a run or a step is done")
    FAILED = "failed", _("failed: a run ended, or a try at a step came to nothing")
    CANCELLED = "cancelled", _("cancelled: a run was called off")
    RELEASED = "released", _("released: a step was put back, or its lease ran out")
    REJECTED = "rejected", _("rejected: a review or a gate sent work back")
    ROUTED = "routed", _("routed: a rejection found who mends it")
    ESCALATED = "escalated", _("escalated: a rejection went to a human")
    GATE_OPENED = "gate_opened", _("gate opened: a gate waits for a decision")
    APPROVED = "approved", _("approved: a gate was approved")
    ACKNOWLEDGED = "acknowledged", _("acknowledged: a human took an escalation")
    RESOLVED = "resolved", _("resolved: a human resolved an escalation")
    ARTIFACT_REGISTERED = (
        "artifact_registered",
        _("artifact registered: an artifact was registered"),
    )
    TRIGGER_FIRED = "trigger_fired", _("trigger fired: a run started another")


class EventQuerySet(NamingQuerySet["Event"]):
    def between(self, after: int, upto: int) -> Self:
        """Those above the one id and not above the other."""
        return self.filter(pk__gt=after, pk__lte=upto)

    def routed_by(self, escalation: int) -> Self:
        """Where the answer to an escalation sent work, in order; asked of the events of its run."""
        return self.filter(event_type=EventType.ROUTED, payload__escalation=escalation)

    def deciding(self, step: Step) -> Self:
        """What was decided at a gate."""
        return self.filter(step=step, event_type__in=(EventType.APPROVED, EventType.REJECTED))

    def started_by(self, actor: str) -> Self:
        return self.filter(event_type=EventType.STARTED, actor=actor)

    def taken_back(self) -> "Event | None":
        """The last release of a step, asked of its events; None where its worker put it back."""
        if not (last := self.filter(event_type=EventType.RELEASED).last()):
            return None
        claimed = self.filter(event_type=EventType.STARTED, pk__lt=last.pk).last()
        return last if claimed and claimed.actor != last.actor else None


class Event(Naming):
    """One thing that happened. Append-only, in the database too (`events/log/guard.py`): its id is
    the cursor of the stream (`events/log/horizon.py`)."""

    names = {"run": "run__public_id"}

    run = models.ForeignKey(WorkflowRun, on_delete=models.PROTECT, related_name="events")
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    event_type = models.CharField(max_length=30, choices=EventType.choices)
    agent = models.CharField(max_length=100, blank=True)
    actor = models.CharField(max_length=200)
    payload = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event_type__in=EventType.values), name="known_event_type"
            ),
        ]
        indexes = [
            models.Index(fields=["run", "id"], name="event_of_run"),
            models.Index(fields=["event_type", "id"], name="event_by_type"),
            models.Index(
                fields=["actor", "event_type", "step"],
                condition=Q(event_type="started"),
                name="claims_of_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.event_type}"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("an event is never changed")
        super().save(**kwargs)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an event is never deleted")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "run": self.name_of("run"),
            "step": self.step_id,
            "event_type": self.event_type,
            "agent": self.agent or None,
            "actor": self.actor,
            "payload": self.payload,
            "created_at": self.created_at,
        }
