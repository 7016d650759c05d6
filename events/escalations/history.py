"""What happened to the text an escalation is about: who made it, who judged it, and how."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from artifacts.models import Artifact, ArtifactUse
from events.escalations.endings import OVERRIDDEN, PASSED, Endings
from events.models import Escalation, Event, EventType, Rejection
from workflows.definitions.definition import Definition, StepSpec
from workflows.inputs import origin
from workflows.models import Step, StepStatus

WAITING, REJECTED = "waiting", "rejected"


@dataclass(frozen=True)
class History:
    """The rows it is told from, each kind read by one query.

    `made` are the attempts that handed something in, oldest first: each is a round. Where nothing
    upstream makes what was rejected, they are the attempts of the review itself. `judged` are all
    reviews and gates of it; `moves` has the step and type of what events tell of them. `rejections`
    and `escalations` are those about the item and those about the whole run.
    """

    made: list[Step]
    judged: list[Step]
    artifacts: dict[int, list[Artifact]]
    moves: set[tuple[int | None, str]]
    rejections: list[Rejection]
    escalations: list[Escalation]

    @cached_property
    def _begun(self) -> list[int]:
        return [row.pk for row in self.made]

    def round_of(self, pk: int) -> int | None:
        """The number of the round a step row belongs to; None where it came before the first."""
        return bisect_right(self._begun, pk) or None

    def artifacts_of(self, row: Step) -> list[Artifact]:
        return self.artifacts.get(origin(row), [])

    def verdict_of(self, row: Step) -> str | None:
        """What a review or gate said; None where it ended without a word."""
        if row.is_open:
            return WAITING
        if row.status == StepStatus.REJECTED:
            return REJECTED
        passed = {(origin(row), word) for word in (EventType.COMPLETED, EventType.APPROVED)}
        if not passed & self.moves:
            return None
        return OVERRIDDEN if (origin(row), EventType.REJECTED) in self.moves else PASSED

    def rejection_by(self, row: Step) -> Rejection | None:
        return next((one for one in self.rejections if one.step_id == row.pk), None)

    def ending_of(self, rejection: Rejection) -> str | None:
        """How it was resolved; None while it is open."""
        return Endings(self.rejections, self.escalations).of(rejection)


def history_of(escalation: Escalation) -> History:
    """Read it: so many queries however many rounds there were."""
    run, step, item = escalation.run, escalation.step, escalation.item
    about = ["", item, step.item]
    rows = list(run.steps.filter(item__in=about).select_related("reused_from").order_by("pk"))
    target = _target(run.definition.parsed, escalation)
    if target:
        whose = item if target.foreach else ""
        made = [row for row in rows if (row.name, row.item) == (target.name, whose)]
        artifacts = _handed_in(made, target.made & _consumed(run.definition.parsed, step), item)
        made = [row for row in made if origin(row) in artifacts]
        judges = _judges(run.definition.parsed, target)
        judged = [row for row in rows if row.name in judges]
    else:
        made = judged = [row for row in rows if (row.name, row.item) == (step.name, step.item)]
        artifacts = _consumed_by_each(made)
    return History(
        made=made,
        judged=judged,
        artifacts=artifacts,
        moves=_moves(judged),
        rejections=list(run.rejections.for_json().for_item(item).select_related("step")),
        escalations=list(run.escalations.filter(item__in=["", item]).select_related("step")),
    )


def seconds(since: datetime | None, until: datetime | None) -> int | None:
    """Whole seconds; None where one of the two is not yet."""
    if since is None or until is None:
        return None
    return max(0, round((until - since) / timedelta(seconds=1)))


def queued_at(row: Step) -> datetime:
    """When it became ready; of a row reused by a rerun, when the first one did."""
    return (row.reused_from or row).created_at


def _target(definition: Definition, escalation: Escalation) -> StepSpec | None:
    """The step whose attempts are the rounds. None with nothing upstream, and where a rejection
    of all chapters at once leaves no one text to follow."""
    target = definition.rework_target(escalation.step.name)
    return None if target and target.foreach and not escalation.item else target


def _consumed(definition: Definition, step: Step) -> set[str]:
    return set(definition.consumed_by(step.name))


def _judges(definition: Definition, target: StepSpec) -> set[str]:
    """The reviews and gates that consume what the target makes."""
    after = definition.downstream_of(target.name)
    return {
        spec.name
        for spec in after
        if spec.kind != "work" and target.made.intersection(definition.consumed_by(spec.name))
    }


def _handed_in(made: Iterable[Step], types: set[str], item: str) -> dict[int, list[Artifact]]:
    found: dict[int, list[Artifact]] = {}
    delivered = Artifact.objects.delivered_by({origin(row) for row in made})
    for artifact in delivered.filter(artifact_type__in=types):
        if artifact.step_id and (not item or artifact.item in ("", item)):
            found.setdefault(artifact.step_id, []).append(artifact)
    return found


def _consumed_by_each(made: Iterable[Step]) -> dict[int, list[Artifact]]:
    found: dict[int, list[Artifact]] = {}
    uses = ArtifactUse.objects.filter(step__in={origin(row) for row in made})
    for use in uses.select_related("artifact").order_by("artifact"):
        found.setdefault(use.step_id, []).append(use.artifact)
    return found


def _moves(judged: Iterable[Step]) -> set[tuple[int | None, str]]:
    said = (EventType.COMPLETED, EventType.APPROVED, EventType.REJECTED)
    told = Event.objects.filter(step__in={origin(row) for row in judged}, event_type__in=said)
    return set(told.order_by().values_list("step", "event_type"))
