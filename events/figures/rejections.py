"""What was sent back, how often the first try passed, and how long everything took.

docs/figures.md says the same in words. A *unit* is one step of one run about one item; a
*verdict* is a `completed`, `approved` or `rejected` event of a review or gate. Rows that a rerun
copied have no events and are nobody's units. The database sums up; what is read are as many rows
as there are words, names and agents.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import (
    Avg,
    CharField,
    Count,
    DurationField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Concat

from events.figures.selection import Selection
from events.models import Escalation, EscalationAction, Event, EventType
from workflows.models import Step, StepKind, StepStatus

VERDICTS = (EventType.COMPLETED, EventType.APPROVED, EventType.REJECTED)
JUDGING = (StepKind.REVIEW, StepKind.GATE)
IS_GATE = Q(kind=StepKind.GATE)
WAS_CLAIMED = ~IS_GATE & Q(started_at__isnull=False)
WAS_DECIDED = IS_GATE & ~Q(worker="")
FIRST = ~IS_GATE & Q(attempt=1)
REWORK = ~IS_GATE & Q(attempt__gt=1)
BY = {
    "by_type": "rejection_type",
    "by_step": "step__name",
    "by_reviewer": "rejecting_agent",
    "by_handler": "handler_agent",
}
UNIT = Concat(Cast("run_id", CharField()), Value("/"), "item")


def figures(chosen: Selection) -> dict[str, Any]:
    """One JSON object, by six statements whatever the number of rows.

    Counts are by word, shares from 0 to 1, times in seconds; a share or mean of nothing is null,
    and a step of which there is nothing is not there. Only what counts rejections and escalations
    follows the rejection type chosen.
    """
    rejections, escalations = _rejections(chosen), _escalations(chosen)
    return {
        "total": rejections["total"],
        "escalations": escalations["opened"],
        **{name: rejections[name] for name in BY},
        "first_pass_yield": first_pass_yield(chosen),
        "rounds_to_accept": rounds_to_accept(chosen),
        "cycle_time_seconds": cycle_time_seconds(chosen),
        "escalation_rate": _share(rejections["escalated"], rejections["total"]),
        "seconds_to_acknowledge": escalations["acknowledge"],
        "seconds_to_resolve": escalations["resolve"],
    }


def _rejections(chosen: Selection) -> dict[str, Any]:
    """All, those that escalated, and by each of BY. Those that escalated have no handler."""
    groups = list(
        chosen.rejections.order_by()
        .values(*BY.values())
        .annotate(rejections=Count("pk"), escalated=Count("escalation"))
    )
    return {
        "total": sum(group["rejections"] for group in groups),
        "escalated": sum(group["escalated"] for group in groups),
        **{name: _counts(groups, path) for name, path in BY.items()},
    }


def _counts(groups: Iterable[Mapping[str, Any]], path: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group[path]] += group["rejections"]
    return {word: counts[word] for word in sorted(counts) if word}


def _escalations(chosen: Selection) -> dict[str, Any]:
    """How many were opened, with the mean times from there until a human took them and until a
    human resolved them, not the end of the run."""
    by_human = ~Q(action=EscalationAction.CLOSED)
    means = chosen.escalations.aggregate(
        opened=Count("pk"),
        acknowledge=Avg(_duration("created_at", "acknowledged_at")),
        resolve=Avg(_duration("created_at", "resolved_at"), filter=by_human),
    )
    return {
        name: _seconds(mean) if isinstance(mean, timedelta) else mean
        for name, mean in means.items()
    }


def first_pass_yield(chosen: Selection) -> dict[str, float]:
    """By the name of a review or gate: units whose first attempt passed at its first verdict, by
    units whose first attempt had a verdict.

    A row that was overridden had been rejected first. A unit counts where that first verdict was
    given within the time chosen.
    """
    first = _verdicts(OuterRef("pk")).order_by("pk")
    judged = (
        Step.objects.filter(kind__in=JUDGING, attempt=1)
        .annotate(
            verdict=Subquery(first.values("event_type")[:1]),
            given_at=Subquery(first.values("created_at")[:1]),
        )
        .filter(chosen.among(step="name", agent="agent", time="given_at"), given_at__isnull=False)
    )
    rejected = Count("pk", filter=Q(verdict=EventType.REJECTED))
    counts = judged.order_by("name").values("name").annotate(units=Count("pk"), rejected=rejected)
    return {one["name"]: (one["units"] - one["rejected"]) / one["units"] for one in counts}


def rounds_to_accept(chosen: Selection) -> float | None:
    """The mean, over units of reviews that were accepted, of the attempts that gave a verdict.

    A unit is accepted when its latest row is completed, by the review itself or by an override; it
    counts where that was within the time chosen, and then with all its attempts.
    """
    passed = _verdicts(OuterRef("pk")).filter(event_type=EventType.COMPLETED)
    attempts = Step.objects.filter(
        Exists(_verdicts(OuterRef("pk"))),
        run=OuterRef("run"),
        name=OuterRef("name"),
        item=OuterRef("item"),
    )
    rounds = attempts.order_by().values("name").annotate(rounds=Count("pk")).values("rounds")
    accepted = (
        Step.objects.filter(kind=StepKind.REVIEW, status=StepStatus.COMPLETED)
        .annotate(passed_at=Subquery(passed.values("created_at")[:1]))
        .filter(chosen.among(step="name", agent="agent", time="passed_at"), passed_at__isnull=False)
    )
    mean: float | None = accepted.aggregate(mean=Avg(Subquery(rounds)))["mean"]
    return mean


def _verdicts(row: OuterRef) -> QuerySet[Event]:
    return Event.objects.filter(step=row, event_type__in=VERDICTS)


def cycle_time_seconds(chosen: Selection) -> dict[str, dict[str, float]]:
    """By the name of a step: seconds by units, of rows that finished within the time chosen.

    `queue` runs from the making of a first attempt until it was last claimed, `agent` from there
    until it finished; `rework` from the making until the finish of later attempts; `human` from
    the opening of a gate until it was decided, and from the opening of the step's escalations
    until a human resolved them. The four add up to the mean time a unit took. Rows that were never
    claimed or decided count nothing.
    """
    human = _escalated(chosen)
    rows = Step.objects.filter(
        chosen.among(step="name", agent="agent", time="finished_at"),
        WAS_CLAIMED | WAS_DECIDED,
        finished_at__isnull=False,
        reused_from=None,
    )
    sums = (
        rows.order_by("name")
        .values("name")
        .annotate(
            units=Count(UNIT, distinct=True),
            queue=Sum(_duration("created_at", "started_at"), filter=FIRST),
            agent=Sum(_duration("started_at", "finished_at"), filter=FIRST),
            human=Sum(_duration("created_at", "finished_at"), filter=IS_GATE),
            rework=Sum(_duration("created_at", "finished_at"), filter=REWORK),
        )
    )
    return {one["name"]: _by_units(one, human.get(one["name"], timedelta())) for one in sums}


def _by_units(sums: Mapping[str, Any], human: timedelta) -> dict[str, float]:
    """A unit's share of the sums of its step; of `human` there is this much besides."""
    times = {part: sums[part] or timedelta() for part in ("queue", "agent", "human", "rework")}
    times["human"] += human
    return {part: _seconds(time / sums["units"]) for part, time in times.items()}


def _escalated(chosen: Selection) -> dict[str, timedelta]:
    """How long humans took to resolve what each step put before them, by the step's name."""
    resolved = Escalation.objects.filter(
        chosen.among(step="step__name", agent="step__agent", time="step__finished_at"),
        resolved_at__isnull=False,
    ).exclude(action=EscalationAction.CLOSED)
    times = resolved.order_by().values("step__name")
    spent = times.annotate(spent=Sum(_duration("created_at", "resolved_at")))
    return {one["step__name"]: one["spent"] for one in spent}


def _duration(start: str, end: str) -> Expression:
    """From one column to another; null where either is."""
    return ExpressionWrapper(F(end) - F(start), output_field=DurationField())


def _seconds(time: timedelta) -> float:
    """In seconds, to the millisecond."""
    return round(time.total_seconds(), 3)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
