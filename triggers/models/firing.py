"""What became of a trigger when it could have fired."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artifacts.naming import Naming, NamingQuerySet
from books.models import BookVersion
from events.models import Event
from triggers.models.trigger import WorkflowTrigger
from workflows.models import WorkflowRun


class Result(models.TextChoices):
    FIRED = "fired", _("fired: a run was started")
    SKIPPED = "skipped", _("skipped: it did not fit")
    FAILED = "failed", _("failed: no run could be started")


class FiringQuerySet(NamingQuerySet["TriggerFiring"]):
    def of(self, name: str) -> Self:
        """Those of the trigger of that name, also where it is gone. Raises Unknown where there is
        none of either."""
        mine = self.filter(trigger=name)
        if not mine.exists():
            WorkflowTrigger.objects.named(name)
        return mine

    def fired_within(self, spans: Mapping[int, Collection[str]]) -> dict[str, int]:
        """How often each trigger fired within the seconds by which it is named; one query, that
        looks at no other firings."""
        now = timezone.now()
        since = Case(
            *(
                When(name__in=names, then=Value(now - timedelta(seconds=seconds)))
                for seconds, names in spans.items()
            ),
            output_field=models.DateTimeField(),
        )
        fired = self.filter(trigger=OuterRef("name"), created_at__gte=OuterRef("since"))
        counted = fired.filter(result=Result.FIRED).order_by().values("trigger")
        count = Subquery(counted.annotate(count=Count("*")).values("count"))
        never = {name: 0 for names in spans.values() for name in names}
        named = WorkflowTrigger.objects.filter(name__in=never).annotate(since=since).order_by()
        return never | dict(named.values_list("name", Coalesce(count, 0)))

    def joined(self, version: BookVersion) -> Self:
        """Those for which sources came together for a version, of themselves."""
        fired = self.filter(joined_version=version, result=Result.FIRED)
        return fired.select_related("source_run")

    def about(self, run: WorkflowRun) -> Self:
        """Those that the run set off, and the one that started it."""
        return self.filter(Q(source_run=run) | Q(target_run=run))


class TriggerFiring(Naming):
    """One trigger, one event, one result. Written once and never changed.

    It keeps what the trigger said then (`terms`), and knows it by name: changing or deleting a
    trigger touches no firing, and a new trigger of an old name does not repeat what that one did.
    """

    names = {
        "book": "source_run__book__slug",
        "source_run": "source_run__public_id",
        "target_run": "target_run__public_id",
    }

    trigger = models.ForeignKey(
        WorkflowTrigger,
        to_field="name",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="firings",
        help_text=_("its name; the trigger itself may be gone"),
    )
    terms = models.JSONField(default=dict, help_text=_("what the trigger said then"))
    source_run = models.ForeignKey(WorkflowRun, on_delete=models.PROTECT, related_name="firings")
    event = models.ForeignKey(
        Event,
        on_delete=models.PROTECT,
        related_name="firings",
        help_text=_("the completing event, or that of the request"),
    )
    target_run = models.OneToOneField(
        WorkflowRun, on_delete=models.PROTECT, null=True, blank=True, related_name="started_by"
    )
    actor = models.CharField(
        max_length=200, help_text=_("who completed the source, asked, or backfilled")
    )
    requested = models.BooleanField(default=False, help_text=_("somebody asked for it"))
    joined_version = models.ForeignKey(
        BookVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("for which version its sources came together"),
    )
    result = models.CharField(max_length=20, choices=Result.choices)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FiringQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["trigger", "event"], name="one_firing_per_event"),
            models.UniqueConstraint(
                fields=["trigger", "joined_version"],
                condition=Q(result=Result.FIRED),
                name="joined_once_per_version",
            ),
            models.CheckConstraint(
                condition=Q(result__in=Result.values), name="known_firing_result"
            ),
            models.CheckConstraint(
                condition=Q(result=Result.FIRED, target_run__isnull=False)
                | (~Q(result=Result.FIRED) & Q(target_run__isnull=True)),
                name="what_fired_started_a_run",
            ),
        ]
        indexes = [
            models.Index(F("trigger"), F("id").desc(), name="firing_of_trigger"),
            models.Index(F("result"), F("id").desc(), name="firing_by_result"),
            models.Index(fields=["trigger", "result", "created_at"], name="firing_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.trigger_id} {self.result}"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "trigger": self.trigger_id,
            "book": self.name_of("book"),
            "source_run": self.name_of("source_run"),
            "target_run": self.name_of("target_run"),
            "result": self.result,
            "reason": self.reason or None,
            "requested": self.requested,
            "actor": self.actor,
            "event": self.event_id,
            "terms": self.terms,
            "created_at": self.created_at,
        }
