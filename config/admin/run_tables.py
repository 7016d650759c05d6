"""The rows that bear on a run: a few of each, with the way to all of them."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from artifacts.models import Artifact
from config.admin.sheets import Cell, Table, linked, soft, some, tabled, tag
from config.admin.verbs import list_of
from events.models import Escalation, Event, Rejection
from triggers.models import TriggerFiring
from workflows.models import Step, WorkflowRun

MOST_STEPS = 20
Row = list[Cell | None]


def tables(run: WorkflowRun) -> list[Table]:
    """One query each. The lists of all are narrowed to this run."""
    steps, more_steps = some(run.steps.all().open_first(), MOST_STEPS)
    firings, more_firings = some(
        TriggerFiring.objects.about(run).select_related("source_run", "target_run").order_by("-pk")
    )
    of_run = {"run__id__exact": run.pk}
    told = [
        Table(
            "Steps",
            ("Step", "Chapter", "Attempt", "Status", "Agent", "Worker", "Since"),
            tabled(step_row(step) for step in steps),
            list_of(Step, **of_run) if more_steps else "",
            "None yet: its first steps come when it begins.",
        ),
        _few(run.escalations.order_by("-pk"), Escalation, of_run, escalation_row),
        _few(run.rejections.order_by("-pk"), Rejection, of_run, rejection_row),
        _few(run.artifacts.order_by("-pk"), Artifact, of_run, artifact_row),
        Table(
            "Firings",
            ("Firing", "Trigger", "Result", "From", "To", "When"),
            tabled(firing_row(one) for one in firings),
            list_of(TriggerFiring, source_run__id__exact=run.pk) if more_firings else "",
        ),
        _few(run.events.select_related("step").order_by("-pk"), Event, of_run, event_row),
    ]
    return [table for table in told if table.rows or table.empty]


HEADS = {
    Escalation: ("Escalations", "Escalation", "Chapter", "Type", "To", "Status", "When"),
    Rejection: ("Rejections", "Rejection", "Chapter", "Type", "Reason", "Mended by", "When"),
    Artifact: ("Artifacts", "Artifact", "Type", "Path", "Chapter", "Size", "When"),
    Event: ("Events", "Event", "What", "Step", "By", "When"),
}


def _few(
    rows: QuerySet[Any], model: Any, filters: dict[str, Any], row: Callable[[Any], Row]
) -> Table:
    found, more = some(rows)
    title, *heads = HEADS[model]
    shown = tabled(row(one) for one in found)
    return Table(title, heads, shown, list_of(model, **filters) if more else "")


def step_row(step: Step) -> Row:
    since = step.finished_at or step.started_at or step.created_at
    return [
        linked(step, step.name), Cell(step.item), soft(step.attempt), tag(step.status),
        soft(step.agent), soft(step.worker), Cell(since),
    ]  # fmt: skip


def escalation_row(one: Escalation) -> Row:
    return [
        linked(one, one.pk), Cell(one.item), Cell(one.rejection_type), Cell(one.escalated_to),
        tag(one.status), Cell(one.created_at),
    ]  # fmt: skip


def rejection_row(one: Rejection) -> Row:
    mended = soft("resolved") if one.resolved else Cell(one.handler_agent or "a human")
    return [
        linked(one, one.pk), Cell(one.item), Cell(one.rejection_type), Cell(one.reason[:120]),
        mended, Cell(one.created_at),
    ]  # fmt: skip


def artifact_row(one: Artifact) -> Row:
    return [
        linked(one, one.public_id), Cell(one.artifact_type), Cell(one.path), Cell(one.item),
        soft(f"{one.size_bytes:,} B"), Cell(one.created_at),
    ]  # fmt: skip


def firing_row(one: TriggerFiring) -> Row:
    return [
        linked(one, one.pk), Cell(one.trigger_id), tag(one.result), linked(one.source_run),
        linked(one.target_run), Cell(one.created_at),
    ]  # fmt: skip


def event_row(one: Event) -> Row:
    return [
        linked(one, one.pk), tag(one.event_type), linked(one.step), soft(one.actor),
        Cell(one.created_at),
    ]  # fmt: skip
