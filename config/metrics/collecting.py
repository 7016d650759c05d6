"""What the database has to tell: gauges of what is open, by its indexes; counters by tallies."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, F, Min, Q
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config.metrics import counting
from events.models import Delivery, Escalation, EscalationStatus, RejectionType
from events.models.escalation import OPEN
from workflows.models import (
    AgentBinding,
    RunStatus,
    Step,
    StepStatus,
    WorkflowDefinition,
    WorkflowRun,
)

COUNTING_SECONDS = 0.1
"""For how long a scrape counts events. After an upgrade of a large log it takes several."""
BUSY = (StepStatus.RUNNING, StepStatus.AWAITING_DECISION)


class Installation(Collector):
    """Read anew at each scrape. What there is none of is told as 0, for every workflow type and
    agent that is known, so that an alert has something to look at."""

    def collect(self) -> Iterator[Metric]:
        left = counting.catch_up(COUNTING_SECONDS)
        totals = counting.totals() if left == 0 else None
        yield _gauge("events_uncounted", "Events that the counters do not have yet.", left)
        yield _runs(totals)
        yield from _steps()
        yield from _waiting_for_humans()
        pending = Delivery.objects.pending().order_by().count()
        yield _gauge("deliveries_pending", "Deliveries to webhooks still to be sent.", pending)
        if totals is not None:  # a counter that is behind would later seem to leap
            yield from _counters(totals)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"bindery_{name}", help_text, value=value)


def _labelled(name: str, help_text: str, labels: list[str], values: dict[Any, float]) -> Metric:
    metric = GaugeMetricFamily(f"bindery_{name}", help_text, labels=labels)
    for key, value in sorted(values.items()):
        metric.add_metric(key if isinstance(key, tuple) else (key,), value)
    return metric


def _runs(totals: dict[counting.Key, int] | None) -> Metric:
    """Open runs by the index of statuses; ended ones are no more than were counted."""
    types = dict(WorkflowDefinition.objects.order_by().values_list("pk", "type"))
    statuses = RunStatus.values if totals is not None else RunStatus.values[:3]
    kinds = set(types.values())
    runs: Counter[Any] = Counter({(one, status): 0 for one in kinds for status in statuses})
    # A sum, and no join: by the definitions or their index SQLite would read every run there is.
    found = WorkflowRun.objects.open().order_by().annotate(of=F("definition_id") + 0)
    for definition, status, times in found.values_list("of", "status").annotate(Count("pk")):
        runs[types[definition], status] += times
    for (name, label, status), total in (totals or {}).items():
        if name == counting.ENDED:
            runs[label, status] = total
    return _labelled("runs", "Runs.", ["workflow_type", "status"], dict(runs))


def _steps() -> Iterable[Metric]:
    """By the partial indexes over steps that are ready, running and waiting for a decision."""
    now = timezone.now()
    agents = set(AgentBinding.objects.order_by().values_list("agent", flat=True).distinct())
    steps = {(agent, status): 0 for agent in agents for status in (StepStatus.READY, BUSY[0])}
    ages: dict[str, float] = dict.fromkeys(agents, 0.0)
    may_go = Q(run__status=RunStatus.RUNNING) & (Q(not_before=None) | Q(not_before__lte=now))
    ready = Step.objects.filter(status=StepStatus.READY).order_by().values_list("agent")
    for agent, times, since in ready.annotate(
        n=Count("pk"), since=Min("created_at", filter=may_go)
    ):
        steps[agent, StepStatus.READY] = times
        ages[agent] = max(0.0, (now - since).total_seconds()) if since else 0.0
    for status in BUSY:
        rows = Step.objects.filter(status=status).order_by().values_list("agent")
        steps.update({(agent, status): times for agent, times in rows.annotate(Count("pk"))})
    yield _labelled("steps", "Steps that are open.", ["agent", "status"], dict(steps))
    said = "How long the oldest step that could be claimed has been there."
    yield _labelled("oldest_ready_step_age_seconds", said, ["agent"], dict(ages))


def _waiting_for_humans() -> Iterable[Metric]:
    found = dict.fromkeys(OPEN, 0)
    rows = Escalation.objects.exclude(status=EscalationStatus.RESOLVED).order_by()
    found.update(dict(rows.values_list("status").annotate(Count("pk"))))
    yield _labelled("escalations", "Open escalations.", ["status"], dict(found))
    late = Escalation.objects.overdue().order_by().count()
    yield _gauge("escalations_overdue", "Open escalations past their due time.", late)
    gates = Step.objects.overdue().order_by().count()
    yield _gauge("gates_overdue", "Gates past their due time.", gates)


def _counters(totals: dict[counting.Key, int]) -> Iterable[Metric]:
    agents = AgentBinding.objects.order_by().values_list("agent", flat=True).distinct()
    known = {
        **{(counting.CLAIMS, agent, ""): 0 for agent in agents},
        **{(counting.REJECTIONS, word, ""): 0 for word in RejectionType.values},
        **totals,
    }
    for name, help_text, label in (
        (counting.CLAIMS, "Steps that were claimed.", "agent"),
        (counting.REJECTIONS, "Chapters and runs that were sent back.", "rejection_type"),
    ):
        metric = CounterMetricFamily(f"bindery_{name}", help_text, labels=[label])
        for (which, value, _), total in sorted(known.items()):
            if which == name:
                metric.add_metric((value,), total)
        yield metric
