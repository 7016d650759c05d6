"""The rejections of a run, each with how it was answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from artifacts.models import ArtifactType, ArtifactUse
from events.escalations.endings import Endings
from events.models import Escalation, Rejection
from workflows.inputs import origin
from workflows.models import Step, WorkflowRun

MOST = 100
Judged = Mapping[tuple[int, str], str]


@dataclass(frozen=True)
class Answered:
    """A rejection and its `ending` (`events/escalations/endings.py`), None while it is open.

    `text` is the digest of the chapter that was rejected, empty where it was about none;
    `attempts` were made because of it, oldest first; `override` let it pass.
    """

    rejection: Rejection
    ending: str | None
    text: str
    attempts: Sequence[Step]
    override: Escalation | None

    @property
    def by(self) -> str:
        return self.rejection.step.worker

    @property
    def at(self) -> datetime:
        return self.rejection.created_at

    @property
    def done(self) -> Sequence[Step]:
        """The attempts that somebody has finished."""
        return [row for row in self.attempts if row.finished_at and row.worker]

    @property
    def waits_for_judgement(self) -> bool:
        """Whether it is open although the last attempt because of it is made."""
        return not self.ending and bool(self.attempts) and self.attempts[-1] in self.done


def answered(run: WorkflowRun) -> list[Answered]:
    """The last hundred rejections of a run, those that are open first, else the newest first.
    Four queries at most."""
    found = list(Rejection.objects.newest_of(run)[:MOST])
    if not found:
        return []
    attempts = list(run.steps.repeated())
    let_pass = any(one.resolved and not one.resolved_by_step_id for one in found)
    escalations = list(run.escalations.select_related("step")) if let_pass else []
    endings = Endings(found, escalations)
    judged = _judged(found)
    told = [
        Answered(
            one,
            endings.of(one),
            judged.get((origin(one.step), one.item), ""),
            _because_of(one, attempts),
            endings.override_of(one),
        )
        for one in found
    ]
    return sorted(told, key=lambda one: one.rejection.resolved)


def _because_of(rejection: Rejection, attempts: Iterable[Step]) -> list[Step]:
    return [
        row
        for row in attempts
        if rejection.pk in row.feedback and row.item in ("", rejection.item or row.item)
    ]


def _judged(rejections: Iterable[Rejection]) -> Judged:
    """The texts of chapters that the rejecting steps were given, by step and slug."""
    about = [one for one in rejections if one.item]
    uses = ArtifactUse.objects.filter(
        step__in={origin(one.step) for one in about},
        artifact__item__in={one.item for one in about},
    )
    rows = uses.order_by("artifact").values_list(
        "artifact__artifact_type", "step", "artifact__item", "artifact__digest"
    )
    return {
        (step, item): digest for kind, step, item, digest in rows if kind == ArtifactType.CHAPTER
    }
