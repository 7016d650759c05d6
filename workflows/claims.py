"""Claiming work: a step, a lease to hold it by, and a brief of what is wanted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils import timezone

from artifacts.errors import ArtifactsError
from artifacts.models import Artifact
from books.errors import BooksError
from workflows import runs, versions
from workflows.briefs import brief
from workflows.errors import Contradiction, InvalidInput, LostRace, RunBusy, StaleLease
from workflows.idempotency import Once
from workflows.inputs import inputs_of, record_use
from workflows.lifecycle import moving, retrying
from workflows.models import Outcome, RunStatus, Step, WorkflowRun
from workflows.models.steps import StepQuerySet
from workflows.texts import handed_out
from workflows.turns import in_turn
from workflows.work import Held, check_lease, end_lease, held, release

MAX_LEASE_SECONDS = 14 * 24 * 3600
MOST_TAKEN_BACK = 20  # run-out leases, at one claim


@dataclass(frozen=True)
class Claim:
    """Who asks for work, of which agents, for how long (None: as the step's definition says)."""

    agents: tuple[str, ...]
    worker: str
    run: WorkflowRun | None = None
    lease_seconds: int | None = None
    step_id: int | None = None

    def arguments(self) -> dict[str, Any]:
        run = self.run.public_id if self.run else None
        return {**vars(self), "run": run}


class Taken(NamedTuple):
    """A step under its new lease, and what it was given."""

    step: Step
    inputs: list[Artifact]


@retrying
def claim(wanted: Claim, *, actor: str, key: str = "") -> dict[str, Any] | None:
    """Take the oldest ready step of these agents: its noun, lease and brief, or None.

    Leases that ran out are taken back first. Runs that others are moving are passed over, and
    waited for only when there is no other.
    """
    if wanted.lease_seconds is not None and not 0 < wanted.lease_seconds <= MAX_LEASE_SECONDS:
        raise InvalidInput(f"a lease lasts from 1 to {MAX_LEASE_SECONDS} seconds")
    once = Once(actor, "work_claim", key, wanted.arguments())
    if first := once.first_answer():
        return _claimed_before(first)
    for late in Step.objects.run_out().among(wanted.agents)[:MOST_TAKEN_BACK]:
        end_lease(late, actor=actor)
    taken = _taken(wanted, once, actor)
    return _briefed(taken, actor) if taken else None


def _briefed(taken: Taken, actor: str) -> dict[str, Any]:
    """The answer, worked out while the run is free again. Where that fails, so does the claim:
    the step is put back."""
    step = taken.step
    try:
        return _claimed(step, brief(step, taken.inputs))
    except Exception as error:
        release(Held(step, step.lease, actor), reason=f"no brief could be made: {error}")
        raise


def _taken(wanted: Claim, once: Once, actor: str) -> Taken | None:
    """Each time the run with the oldest work as it stands then: others claim meanwhile."""
    passed, busy = set[int](), list[int]()
    with in_turn():
        while run_id := _oldest_with_work(wanted, passed):
            passed.add(run_id)
            try:
                with moving(run_id, actor=actor, wait=False) as run:
                    if taken := _take(run, wanted, once):
                        return taken
            except RunBusy:
                busy.append(run_id)
    for run_id in busy:
        with moving(run_id, actor=actor) as run:
            if taken := _take(run, wanted, once):
                return taken
    return None


def something_for(wanted: Claim) -> bool:
    """Whether a claim would look at anything: a ready step, or one whose lease has run out."""
    late = Step.objects.run_out().among(wanted.agents)
    return any(steps.exists() for steps in _claimable(wanted)) or late.exists()


def _claimable(wanted: Claim) -> list[StepQuerySet]:
    """Of a step or a run at once; else for each agent alone, in whose order there is an index."""
    steps = Step.objects.claimable()
    if wanted.step_id:
        return [steps.filter(pk=wanted.step_id).among(wanted.agents)]
    if wanted.run:
        return [steps.filter(run=wanted.run).among(wanted.agents)]
    return [steps.filter(agent=agent) for agent in wanted.agents]


def _oldest_with_work(wanted: Claim, passed: Collection[int]) -> int | None:
    """The run of the oldest ready step."""
    found = [
        steps.exclude(run__in=passed).values_list("pk", "run").first()
        for steps in _claimable(wanted)
    ]
    return min((one for one in found if one), default=(0, None))[1]


def _take(run: WorkflowRun, wanted: Claim, once: Once) -> Taken | None:
    rows = Step.objects.claimable().filter(run=run).among(wanted.agents)
    if wanted.step_id:
        rows = rows.filter(pk=wanted.step_id)
    for pk in list(rows.values_list("pk", flat=True)):
        if run.status != RunStatus.RUNNING:
            break
        step = held(run, pk)
        if not step.spec.makes_version or _version_for(run):
            seconds = wanted.lease_seconds or step.spec.lease_seconds
            step.claim(worker=wanted.worker, lease_seconds=seconds)
            inputs = inputs_of(step)
            record_use(step, handed_out(step, inputs))
            mine = {"step": step.pk, "lease": step.lease, "inputs": [one.pk for one in inputs]}
            if once.answer(mine.copy) != mine:
                raise LostRace("the same key claimed a step a moment ago")
            return Taken(step, inputs)
    return None


def _version_for(run: WorkflowRun) -> bool:
    """Whether the run was handed its version. One that cannot be made ends the run."""
    try:
        return versions.hand_to(run)
    except (ArtifactsError, BooksError, Contradiction) as reason:
        runs.fail(run, outcome=Outcome.ERROR, reason=f"no version can be made: {reason}")
        return False


def _claimed(step: Step, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "step": step.as_json(),
        "lease": step.lease,
        "lease_expires_at": step.lease_expires_at,
        "brief": told,
    }


def _claimed_before(first: dict[str, Any]) -> dict[str, Any]:
    step = Step.objects.numbered(first["step"])
    check_lease(step, first["lease"])
    if step.lease_expires_at and step.lease_expires_at <= timezone.now():
        raise StaleLease(f"the lease of step {step.pk} ({step}) has run out")
    given = Artifact.objects.for_json().in_bulk(first["inputs"])
    return _claimed(step, brief(step, [given[pk] for pk in first["inputs"]]))
