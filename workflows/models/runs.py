"""A run of a workflow, and the verbs its law allows."""

import secrets
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artifacts.naming import Naming, NamingQuerySet
from books.errors import nearest
from books.models import Book, BookVersion
from workflows.definitions.definition import StepSpec
from workflows.errors import UnknownThing
from workflows.models.definitions import WorkflowDefinition
from workflows.progress import Progress
from workflows.stateful import StatefulModel, status_field, transition


def public_id() -> str:
    return f"wfrun_{secrets.token_hex(10)}"


class RunStatus(models.TextChoices):
    PENDING = "pending", _("pending: created, not begun")
    RUNNING = "running", _("running: steps are handed out")
    PAUSED = "paused", _("paused: no new work is handed out")
    COMPLETED = "completed", _("completed: every step is done")
    FAILED = "failed", _("failed: ended by an error, a rejection or a person")


class Outcome(models.TextChoices):
    SUCCEEDED = "succeeded", _("succeeded: every step is done")
    ERROR = "error", _("error: a step could not be done")
    REJECTED = "rejected", _("rejected: a human rejected it")
    CANCELLED = "cancelled", _("cancelled: a human called it off")


class PauseReason(models.TextChoices):
    OPERATOR = "operator", _("operator: a person paused it")
    ESCALATED = "escalated", _("escalated: an escalation waits for a human")


class Cause(models.TextChoices):
    MANUAL = "manual", _("manual: a person or program started it")
    RERUN = "rerun", _("rerun: an ended run was run again")
    TRIGGER = "trigger", _("trigger: another run's end started it")


def all_steps_done(run: "WorkflowRun") -> bool:
    """steps are still open or missing"""
    return run.progress.done


def no_open_escalation(run: "WorkflowRun") -> bool:
    """an escalation is open; resolve it first"""
    return not run.escalations.open().exists()


ENDED = (RunStatus.COMPLETED, RunStatus.FAILED)
CHAIN = """WITH RECURSIVE link(id, parent) AS (
    SELECT id, parent_run_id FROM workflows_workflowrun WHERE id = %s
    UNION ALL SELECT run.id, run.parent_run_id FROM workflows_workflowrun run
    JOIN link ON run.id = link.parent) SELECT id FROM link"""


class RunQuerySet(NamingQuerySet["WorkflowRun"]):
    def named(self, public_id: str) -> "WorkflowRun":
        """The run of that id. Raises UnknownThing with the nearest of the newest 200."""
        if run := self.with_all().filter(public_id=public_id).first():
            return run
        newest = self.order_by("-pk").values_list("public_id", flat=True)[:200]
        raise UnknownThing(f'no run "{public_id}"{nearest(public_id, newest)}')

    def with_all(self) -> Self:
        """With the rows that nearly every reader of a run needs."""
        return self.select_related(
            "definition", "book", "input_version", "output_version", "handed_version", "parent_run"
        )

    def last_completed(self, book: Book, types: Iterable[str] | None = None) -> list[int]:
        """Of each workflow type, of these where they are given, the run that completed last."""
        done = self.filter(book=book, definition__type=OuterRef("type"), status=RunStatus.COMPLETED)
        last = done.order_by("-finished_at", "-pk").values("pk")[:1]
        known = WorkflowDefinition.objects.order_by().values("type").distinct()
        if types is not None:
            known = known.filter(type__in=types)
        found = known.annotate(run=Subquery(last)).exclude(run=None)
        return list(found.values_list("run", flat=True))

    def completed_for(self, version: BookVersion) -> Self:
        """The completed runs that a version came of, or that were done on it and made none."""
        on_it = Q(output_version=version) | Q(output_version=None, input_version=version)
        return self.filter(on_it, book=version.book_id, status=RunStatus.COMPLETED)

    def matching(
        self, book: Book | None = None, *, workflow_type: str = "", status: str = ""
    ) -> Self:
        """Those that fit all that is given; a workflow type by its full name."""
        asked = {"book": book, "definition__type": workflow_type, "status": status}
        return self.filter(**{name: value for name, value in asked.items() if value})

    def chain(self, run: "WorkflowRun") -> Self:
        """From the first run to this one, each the parent of the next; one query."""
        links = RawSQL(CHAIN, [run.pk])  # noqa: S611 (its text is fixed)
        rows = self.filter(pk__in=links).order_by("pk")
        return rows.select_related("definition", "started_by")

    def open(self) -> Self:
        return self.filter(status__in=[RunStatus.PENDING, RunStatus.RUNNING, RunStatus.PAUSED])

    def ended(self) -> Self:
        return self.filter(status__in=ENDED)


class WorkflowRun(Naming, StatefulModel):
    names = {
        "workflow_type": "definition__type",
        "definition_version": "definition__version",
        "book": "book__slug",
        "input_version": "input_version__number",
        "output_version": "output_version__number",
        "parent_run": "parent_run__public_id",
    }

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    definition = models.ForeignKey(
        WorkflowDefinition, on_delete=models.PROTECT, db_index=False, related_name="runs"
    )
    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False, related_name="runs")
    input_version = models.ForeignKey(BookVersion, on_delete=models.PROTECT, related_name="+")
    input_pinned = models.BooleanField(
        default=False, help_text=_("created for a version that was not the latest then")
    )
    handed_version = models.ForeignKey(
        BookVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("what its makes_version step was given"),
    )
    output_version = models.ForeignKey(
        BookVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = status_field(RunStatus, RunStatus.PENDING)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    pause_reason = models.CharField(max_length=20, choices=PauseReason.choices, blank=True)
    reason = models.TextField(blank=True)
    current_step = models.CharField(max_length=100, blank=True)
    current_agent = models.CharField(max_length=100, blank=True)
    session_id = models.CharField(max_length=200, blank=True)
    plan_id = models.CharField(max_length=200, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    cause = models.CharField(max_length=20, choices=Cause.choices, default=Cause.MANUAL)
    parent_run = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="child_runs"
    )
    chain_depth = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RunStatus.values), name="legal_run_status"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *Outcome.values]), name="legal_run_outcome"
            ),
            models.CheckConstraint(
                condition=Q(pause_reason__in=["", *PauseReason.values]), name="legal_pause_reason"
            ),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="legal_cause"),
        ]
        indexes = [
            models.Index(fields=["book", "id"], name="run_of_book"),
            models.Index(fields=["book", "status", "id"], name="run_of_book_by_status"),
            models.Index(fields=["definition", "id"], name="run_of_definition"),
            models.Index(fields=["book", "definition", "id"], name="run_of_book_by_definition"),
            models.Index(F("status"), F("id").desc(), name="run_by_status"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def noun(self) -> str:
        return f"run {self}"

    @property
    def workflow_type(self) -> str:
        return self.definition.type

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @cached_property
    def progress(self) -> Progress:
        """Where the run stands, from its rows as they were at first asking."""
        return Progress(self.definition.parsed, list(self.steps.newest()), self._scope)

    @cached_property
    def overrides(self) -> dict[str, Any]:
        """What the book does differently in this workflow (docs/settings.md); often nothing."""
        row = self.book.workflow_configs.filter(workflow_type=self.workflow_type).first()
        return dict(row.config) if row else {}

    def agent_of(self, spec: StepSpec) -> str:
        """Who does a step, or decides a gate; the book's configuration wins."""
        said = self.overrides.get("roles" if spec.kind == "gate" else "agents", {})
        return str(said.get(spec.name, spec.agent))

    def forget_progress(self) -> None:
        self.__dict__.pop("progress", None)

    def _scope(self, planned: Sequence[str] | None) -> tuple[str, ...]:
        """Chapters in scope: asked for, else planned, else all of the input version.

        In the order of the plan where there is one, else of the book.
        """
        asked = self.parameters.get("chapters") or planned
        rows = self.input_version.chapters.order_by("position").values_list("slug", flat=True)
        chapters = [slug for slug in rows if not asked or slug in asked]
        wanted = {slug: place for place, slug in enumerate(planned or ())}
        return tuple(sorted(chapters, key=lambda slug: wanted.get(slug, len(wanted))))

    # The law (docs/workflows/lifecycle.md). Called through workflows/lifecycle.py alone.

    @transition(status, source=RunStatus.PENDING, target=RunStatus.RUNNING)
    def begin(self) -> None:
        """Its first steps become ready."""
        self.started_at = timezone.now()

    @transition(status, source=RunStatus.RUNNING, target=RunStatus.PAUSED)
    def pause(self, *, pause_reason: str, reason: str = "") -> None:
        """Stop handing out work. Steps already running may still finish."""
        self.pause_reason, self.reason = pause_reason, reason

    @transition(
        status, source=RunStatus.PAUSED, target=RunStatus.RUNNING, guards=[no_open_escalation]
    )
    def resume(self, *, reason: str = "") -> None:  # noqa: ARG002
        self.pause_reason, self.reason = "", ""

    @transition(
        status, source=RunStatus.RUNNING, target=RunStatus.COMPLETED, guards=[all_steps_done]
    )
    def complete(self, *, output_version: str | None) -> None:  # noqa: ARG002
        self.outcome = Outcome.SUCCEEDED
        self.output_version = self.handed_version
        self.finished_at = timezone.now()

    @transition(status, source=[RunStatus.RUNNING, RunStatus.PAUSED], target=RunStatus.FAILED)
    def fail(self, *, outcome: str, reason: str, closed: list[int]) -> None:  # noqa: ARG002
        """End it as `error` or `rejected`. `closed` lists the steps this ended."""
        self._end(outcome, reason)

    @transition(
        status,
        source=[RunStatus.PENDING, RunStatus.RUNNING, RunStatus.PAUSED],
        target=RunStatus.FAILED,
    )
    def cancel(self, *, reason: str, closed: list[int]) -> None:  # noqa: ARG002
        """Call it off. `closed` lists the steps this ended."""
        self._end(Outcome.CANCELLED, reason)

    def _end(self, outcome: str, reason: str) -> None:
        self.outcome, self.reason, self.pause_reason = outcome, reason, ""
        self.finished_at = timezone.now()

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.public_id,
            "workflow_type": self.name_of("workflow_type"),
            "book": self.name_of("book"),
            "status": self.status,
            "outcome": self.outcome or None,
            "pause_reason": self.pause_reason or None,
            "reason": self.reason or None,
            "current_step": self.current_step or None,
            "current_agent": self.current_agent or None,
            "input_version": self.name_of("input_version"),
            "output_version": self.name_of("output_version"),
            "session_id": self.session_id or None,
            "plan_id": self.plan_id or None,
            "parameters": self.parameters,
            "cause": self.cause,
            "parent_run": self.name_of("parent_run"),
            "chain_depth": self.chain_depth,
            "definition_version": self.name_of("definition_version"),
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
        }
