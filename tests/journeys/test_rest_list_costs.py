"""Lists of what happened cost so many queries, whatever the number of rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Escalation, Event, EventType, Rejection, RoutingRule
from tests.factories import started
from tests.rest import program
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows.models import Step, WorkflowRun

pytestmark = pytest.mark.django_db
FEW, MANY = 2, 20
Make = Callable[[int, Any], None]


def prepare() -> dict[int, str]:
    """Two runs."""
    return {count: started().public_id for count in (FEW, MANY)}


def steps(count: int, run: WorkflowRun) -> list[Step]:
    return [
        Step.objects.create(run=run, name="edit", kind="review", agent="editor", item=f"{n}")
        for n in range(count)
    ]


def events(count: int, run: WorkflowRun) -> list[Event]:
    return Event.objects.bulk_create(
        Event(run=run, event_type=EventType.REJECTED, actor="ada") for _ in range(count)
    )


def rejections(count: int, run: WorkflowRun) -> None:
    for step, event in zip(steps(count, run), events(count, run), strict=True):
        Rejection.objects.create(run=run, step=step, event=event, rejection_type="style",
                                 item=step.item, retry_count=1)  # fmt: skip


def escalations(count: int, run: WorkflowRun) -> None:
    for step in steps(count, run):
        Escalation.objects.create(run=run, step=step, item=step.item, rejection_type="style",
                                  retry_count=3, escalated_to="chief",
                                  due_at=timezone.now() - timedelta(hours=1))  # fmt: skip


def routes(count: int, run: WorkflowRun) -> None:
    RoutingRule.objects.bulk_create(
        RoutingRule(rejection_type="scope", workflow_type=f"{count}-{n}", handler_agent="x")
        for n in range(count)
    )


def triggers(count: int, run: WorkflowRun) -> None:
    WorkflowTrigger.objects.bulk_create(
        WorkflowTrigger(name=f"{count}-{n}", source_workflow_type="a", target_workflow_type="b")
        for n in range(count)
    )


def firings(count: int, run: WorkflowRun) -> None:
    TriggerFiring.objects.bulk_create(
        TriggerFiring(trigger_id=f"t{n}", source_run=run, event=event, actor="ada",
                      result="skipped")
        for n, event in enumerate(events(count, run))
    )  # fmt: skip


LISTS: dict[str, tuple[Make, dict[str, str]]] = {
    "events/": (events, {"event_type": "rejected"}),
    "rejections/": (rejections, {"rejection_type": "style", "resolved": "false"}),
    "escalations/": (escalations, {"status": "pending", "overdue": "true"}),
    "routes/": (routes, {}),
    "triggers/": (triggers, {}),
    "firings/": (firings, {"result": "skipped"}),
}


@pytest.mark.parametrize("path", LISTS)
def test_twenty_rows_cost_as_many_queries_as_two(path: str, prepared: dict[int, str]) -> None:
    make, query = LISTS[path]
    reader = program("rita", "viewer")
    reader.get(path)  # notes the use of the token
    spent = []
    for count, run in prepared.items():
        make(count, WorkflowRun.objects.named(run))
        with CaptureQueriesContext(connection) as captured:
            rows = reader.get(path, **query).json()["results"]
        assert len(rows) >= count
        spent.append(len(captured))
    assert spent[0] == spent[1]
