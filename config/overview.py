"""What the first page of the admin tells: what stands, and what has waited too long."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from books.admin.columns import at, link_to, tag, tone_of
from config.login.powers import powers_of
from events.models import Delivery
from events.reminders.overdue import overdue
from workflows.callers import Power
from workflows.models import RunStatus, Step, WorkflowRun

MOST_COUNTED = 1000
"""Beyond it `1000+` is shown: nobody waits for a count of a million."""
SHOWN = 8
STANDING = (RunStatus.RUNNING, RunStatus.PAUSED, RunStatus.PENDING, RunStatus.FAILED)


@dataclass
class Figure:
    """A number that leads to the list it counts."""

    word: str
    rows: QuerySet[Any]
    list_of: str
    status: str

    @cached_property
    def shown(self) -> str:
        count = self.rows.order_by()[: MOST_COUNTED + 1].count()
        return str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"

    @property
    def link(self) -> str:
        return f"{reverse(f'admin:{self.list_of}_changelist')}?status__exact={self.status}"

    @property
    def tone(self) -> str:
        """Nothing is no matter for alarm."""
        return tone_of(self.status) if self.shown != "0" else "plain"


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """For those who may read all. A fixed number of queries, each over an index."""
    if Power.READ not in powers_of(request.user):
        return context
    newest = WorkflowRun.objects.matching().select_related("definition", "book")[:SHOWN]
    late = overdue(limit=SHOWN)
    return {**context, "figures": figures(), "late": map(_late, late), "newest": map(_run, newest)}


def figures() -> list[Figure]:
    runs = [
        Figure(
            f"runs {status}",
            WorkflowRun.objects.matching(status=status),
            "workflows_workflowrun",
            status,
        )
        for status in STANDING
    ]
    return [
        *runs,
        Figure("gates waiting", Step.objects.waiting(), "workflows_step", "awaiting_decision"),
        Figure("deliveries lost", Delivery.objects.given_up(), "events_delivery", "exhausted"),
    ]


def _run(run: WorkflowRun) -> dict[str, Any]:
    return {
        "link": link_to(run, code=True),
        "workflow": run.definition.alias,
        "book": link_to(run.book),
        "status": tag(run.status, run.get_status_display()),
        "when": at(run.created_at),
    }


def _late(row: dict[str, Any]) -> dict[str, Any]:
    model = "workflows_step" if row["kind"] == "gate" else "events_escalation"
    page = reverse(f"admin:{model}_change", args=[row["id"]])
    return {**row, "page": page, "due": at(row["due_at"])}
