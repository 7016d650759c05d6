"""One attempt at one step of a run, and the verbs its law allows."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artifacts.models.search import Unindexed
from artifacts.naming import Naming, NamingQuerySet
from workflows.definitions.definition import StepSpec
from workflows.errors import UnknownThing
from workflows.models.runs import RunStatus, WorkflowRun
from workflows.progress import LIVE, OPEN
from workflows.stateful import StatefulModel, one_of, status_field, transition

MAX_LEASES_LOST = 20


class StepKind(models.TextChoices):
    WORK = "work", _("work: makes something")
    REVIEW = "review", _("review: passes or rejects what was made")
    GATE = "gate", _("gate: a human decides")


class StepStatus(models.TextChoices):
    READY = "ready", _("ready: waits for whoever claims it")
    RUNNING = "running", _("running: held under a lease")
    AWAITING_DECISION = "awaiting_decision", _("awaiting decision: a gate waits for a human")
    COMPLETED = "completed", _("completed: done, passed or approved")
    REJECTED = "rejected", _("rejected: a review or gate sent the work back")
    FAILED = "failed", _("failed: given up after too many tries")
    CANCELLED = "cancelled", _("cancelled: the run ended first")
    SUPERSEDED = "superseded", _("superseded: rework made it moot")


def is_review(step: "Step") -> bool:
    """only a review can reject"""
    return step.kind == StepKind.REVIEW


class StepQuerySet(NamingQuerySet["Step"]):
    def numbered(self, pk: int | str) -> "Step":
        """The step of that id with its run. Raises UnknownThing."""
        try:
            run = ("run__definition", "run__book", "run__input_version")
            return self.select_related(*run, "reused_from").get(pk=pk)
        except (Step.DoesNotExist, ValueError, OverflowError) as error:
            raise UnknownThing(f'no step "{pk}"; workflow_status lists those of a run') from error

    def newest(self) -> Self:
        """The latest attempt at each step and item, oldest first."""
        return self.filter(latest=True).order_by("pk")

    def repeated(self) -> Self:
        """Second and later attempts, oldest first."""
        return self.filter(attempt__gt=1).order_by("pk")

    def counted(self) -> Any:
        """How many of the latest attempts at each step have which status: name, status, number."""
        latest = self.filter(latest=True).order_by()
        return latest.values_list("name", "status").annotate(Count("pk"))

    def attempts_of(self, step: "Step") -> Self:
        """All at the same step and item of its run, the newest first."""
        same = self.filter(run=step.run_id, name=step.name, item=step.item)
        return same.defer("result", "feedback").order_by("-attempt")

    def open_first(self) -> Self:
        """For a list of a few of them: the open ones, then the newest. Without what is large."""
        closed = Case(When(status__in=sorted(OPEN), then=0), default=1)
        return self.defer("result", "feedback").order_by(closed, "-pk")

    def claimable(self) -> Self:
        """Ready steps of running runs that need not wait, the oldest first.

        The run is asked of each in turn: joined, a database may begin with all that are running.
        """
        run = WorkflowRun.objects.filter(pk=OuterRef("run"), status=RunStatus.RUNNING)
        now = Q(not_before=None) | Q(not_before__lte=timezone.now())
        return self.filter(now, Exists(run.order_by()), status=StepStatus.READY).order_by("pk")

    def among(self, agents: Collection[str]) -> Self:
        """Those of these agents, where something else is the narrower: no index of agents is used
        on SQLite, which cannot know."""
        return self.filter(In(Unindexed(F("agent")), tuple(agents)))

    def ready_for(self, agent: str) -> Self:
        """Those of that agent, the oldest first, whether their runs go on or not."""
        return self.filter(agent=agent, status=StepStatus.READY).order_by("pk")

    def claimed_by(self, worker: str, agents: Collection[str] = ()) -> Self:
        """Those that this worker holds or ever held, of these agents where any are named."""
        rows = self.filter(events__event_type="started", events__actor=worker)
        return rows.filter(agent__in=agents) if agents else rows

    def run_out(self) -> Self:
        """Running steps whose lease has ended."""
        return self.filter(status=StepStatus.RUNNING, lease_expires_at__lte=timezone.now())

    def waiting(self) -> Self:
        """Gates that wait for a decision, the oldest first."""
        return self.filter(status=StepStatus.AWAITING_DECISION).order_by("pk")

    def held_by(self, worker: str) -> Self:
        """What this worker claimed and has not handed back, the oldest first."""
        return self.filter(status=StepStatus.RUNNING, worker=worker).order_by("pk")

    def overdue(self) -> Self:
        """Gates that wait for a decision past their due time, the longest first.

        Their runs are running or paused: one that ends closes its gates.
        """
        late = self.waiting().filter(due_at__lte=timezone.now())
        return late.order_by("due_at", "pk")


class Step(Naming, StatefulModel):
    names = {"run": "run__public_id"}
    guarded: ClassVar = ("status", "lease_expires_at")

    run = models.ForeignKey(WorkflowRun, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    agent = models.CharField(max_length=100)
    item = models.CharField(max_length=500, blank=True, help_text=_("chapter slug or empty"))
    attempt = models.PositiveIntegerField(default=1)
    latest = models.BooleanField(default=True, help_text=_("no later attempt was made"))
    status = status_field(StepStatus, StepStatus.READY)
    worker = models.CharField(max_length=200, blank=True)
    lease = models.CharField(max_length=64, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    leases_lost = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    reused_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reuses"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    feedback = models.JSONField(default=list, blank=True)
    result = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text=_("last claimed"))
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=StepStatus.values), name="legal_step_status"
            ),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="legal_step_kind"),
            models.UniqueConstraint(
                fields=["run", "name", "item"],
                condition=Q(status__in=sorted(LIVE)),
                name="one_live_attempt",
            ),
            models.UniqueConstraint(
                fields=["run", "name", "item"], condition=Q(latest=True), name="one_latest_attempt"
            ),
            models.UniqueConstraint(
                fields=["run", "name", "item", "attempt"], name="attempts_are_numbered"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="step_by_name"),
            models.Index(fields=["agent", "id"], name="step_of_agent"),
            *(
                models.Index(fields=["id"], condition=Q(status=status), name=f"step_{status}")
                for status in ("running", "rejected", "failed", "cancelled", "superseded")
            ),
            models.Index(
                fields=["lease_expires_at"], condition=Q(status="running"), name="step_by_lease"
            ),
            models.Index(
                fields=["due_at"], condition=Q(status="awaiting_decision"), name="gate_by_due_time"
            ),
            models.Index(fields=["id"], condition=Q(status="awaiting_decision"), name="gate_open"),
            models.Index(
                fields=["agent", "id"],
                condition=Q(status="awaiting_decision"),
                name="gate_of_role",
            ),
            models.Index(
                fields=["worker", "id"], condition=Q(status="running"), name="step_held_by"
            ),
            # Of claimed rows alone, so that no search for what is ready takes it.
            models.Index(
                fields=["agent", "started_at"],
                condition=Q(started_at__isnull=False),
                name="last_claim_of_agent",
            ),
            # The last: of two indexes that serve as well, SQLite takes the one made later.
            models.Index(
                fields=["agent", "id"], condition=Q(status="ready"), name="step_ready_by_agent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}({self.item})" if self.item else self.name

    @property
    def noun(self) -> str:
        return f"step {self.pk} ({self})"

    @property
    def spec(self) -> StepSpec:
        return self.run.definition.parsed.step(self.name)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @transition(status, source=StepStatus.READY, target=StepStatus.RUNNING)
    def claim(self, *, worker: str, lease_seconds: int) -> None:
        now = timezone.now()
        self.worker, self.lease = worker, secrets.token_hex(16)
        self.lease_expires_at = now + timedelta(seconds=lease_seconds)
        self.started_at = now

    @transition(status, source=StepStatus.RUNNING, target=StepStatus.COMPLETED)
    def complete(self, *, result: dict[str, Any], artifacts: list[str]) -> None:  # noqa: ARG002
        self.result = result
        self._finish()

    @transition(status, source=StepStatus.RUNNING, target=StepStatus.REJECTED, guards=[is_review])
    def reject(
        self,
        *,
        rejection_type: str,  # noqa: ARG002
        reason: str,  # noqa: ARG002
        passages: list[dict[str, Any]],  # noqa: ARG002
        items: list[str],  # noqa: ARG002
    ) -> None:
        """Send back what it reviewed. The router decides who mends it."""
        self._finish()

    @transition(
        status,
        source=StepStatus.RUNNING,
        target=one_of(StepStatus.READY, StepStatus.FAILED),
    )
    def fail(self, *, reason: str) -> str:  # noqa: ARG002
        """A try that came to nothing: ready again, until `max_attempts` of them."""
        self.failures += 1
        return self._let_go(ended=self.failures >= self.spec.max_attempts)

    @transition(
        status,
        source=StepStatus.RUNNING,
        target=one_of(StepStatus.READY, StepStatus.FAILED),
    )
    def lose_lease(self, *, reason: str) -> str:  # noqa: ARG002
        """Its lease ran out: ready again, until that happened 20 times."""
        self.leases_lost += 1
        return self._let_go(ended=self.leases_lost >= MAX_LEASES_LOST)

    @transition(status, source=StepStatus.RUNNING, target=StepStatus.READY)
    def release(self, *, reason: str) -> None:  # noqa: ARG002
        self._let_go(ended=False)

    @transition(status, source=StepStatus.REJECTED, target=StepStatus.COMPLETED)
    def override(self, *, result: dict[str, Any], artifacts: list[str]) -> None:  # noqa: ARG002
        """A human lets pass what a review rejected; it need not make what it produces."""
        self.result = result

    @transition(status, source=StepStatus.AWAITING_DECISION, target=StepStatus.COMPLETED)
    def approve(self, *, decision: str, reason: str, digest: str) -> None:  # noqa: ARG002
        self._finish()

    @transition(status, source=StepStatus.AWAITING_DECISION, target=StepStatus.REJECTED)
    def request_changes(
        self,
        *,
        decision: str,  # noqa: ARG002
        rejection_type: str,  # noqa: ARG002
        reason: str,  # noqa: ARG002
        passages: list[dict[str, Any]],  # noqa: ARG002
        items: list[str],  # noqa: ARG002
        to_step: str,  # noqa: ARG002
        digest: str,  # noqa: ARG002
    ) -> None:
        """Send it back, routed like any rejection."""
        self._finish()

    @transition(status, source=StepStatus.AWAITING_DECISION, target=StepStatus.REJECTED)
    def refuse(self, *, decision: str, reason: str, digest: str) -> None:  # noqa: ARG002
        """End the run as rejected."""
        self._finish()

    @transition(status, source=sorted(OPEN), target=StepStatus.CANCELLED)
    def cancel(self) -> None:
        """The run ended first."""
        self._finish()

    @transition(status, source=sorted(LIVE), target=StepStatus.SUPERSEDED)
    def supersede(self) -> None:
        """Rework made it moot."""
        self._finish()

    def _finish(self) -> None:
        self.lease, self.lease_expires_at = "", None
        self.finished_at = self.finished_at or timezone.now()

    def _let_go(self, *, ended: bool) -> str:
        self.lease, self.lease_expires_at = "", None
        if ended:
            self.finished_at = timezone.now()
            return StepStatus.FAILED
        self.worker = ""
        return StepStatus.READY

    def as_json(self, digest: str | None = None) -> dict[str, Any]:
        """The noun; `digest` is the text a gate decides on."""
        return {
            "id": self.pk,
            "run": self.name_of("run"),
            "name": self.name,
            "kind": self.kind,
            "agent": self.agent,
            "item": self.item or None,
            "attempt": self.attempt,
            "status": self.status,
            "worker": self.worker or None,
            "lease_expires_at": self.lease_expires_at,
            "failures": self.failures,
            "due_at": self.due_at,
            "reused_from": self.reused_from_id,
            "digest": digest,
            "result": self.result,
            "feedback": self.feedback,
            "created_at": self.created_at,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
        }
