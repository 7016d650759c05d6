"""What belongs to a version: the runs, their steps, and what they delivered."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from artifacts.models import Artifact
from books.errors import Conflict
from books.models import BookVersion
from workflows.inputs import origin, origins
from workflows.models import RunStatus, Step, StepStatus, WorkflowRun

MADE, KEPT, USED, REUSED = "made", "kept", "used", "reused"


@dataclass(frozen=True)
class Selection:
    """A version and its runs, oldest first, with all their steps and what stands of their work."""

    version: BookVersion
    runs: list[WorkflowRun]
    steps: list[Step]
    artifacts: list[Artifact]

    def part_of(self, run: WorkflowRun) -> str:
        """What a run has to do with the version: it made it, or ended at that very text (`kept`),
        or worked from it (`used`), or is an earlier one whose steps another took over."""
        if run.pk == self.version.made_by_run_id:
            return MADE
        if run.handed_version_id == self.version.pk:
            return KEPT
        return USED if _is_about(run, self.version) else REUSED

    @cached_property
    def replaced(self) -> dict[int, Artifact]:
        """By the id of an artifact what a run that completed later handed in at its place, so that
        of several at one place one counts."""
        by_step: dict[int | None, list[Artifact]] = defaultdict(list)
        for one in self.artifacts:
            by_step[one.step_id].append(one)
        counts: dict[tuple[str, ...], Artifact] = {}
        for step in sorted(filter(_counts, self.steps), key=_ended):
            counts |= {_place(one): one for one in by_step[origin(step)]}
        current = ((one, counts[_place(one)]) for one in self.artifacts)
        return {one.pk: other for one, other in current if other != one}

    @cached_property
    def step_by_id(self) -> dict[int, Step]:
        return {step.pk: step for step in self.steps}


def _counts(step: Step) -> bool:
    return bool(step.status == StepStatus.COMPLETED and step.run.status == RunStatus.COMPLETED)


def _ended(step: Step) -> tuple[Any, int, int]:
    return step.run.finished_at, step.run_id, step.pk


def _place(one: Artifact) -> tuple[str, ...]:
    made_in = one.step.name if one.step else ""
    return one.workflow_type, made_in, one.artifact_type, one.item, one.path


def select(version: BookVersion) -> Selection:
    """Read it, by a fixed number of queries. Raises Conflict for a version that never came
    about, or has not yet."""
    refuse_unsettled(version)
    runs = _runs(version)
    steps = Step.objects.filter(run__in=runs).select_related("run").order_by("pk")
    return Selection(version, runs, list(steps), _artifacts(runs))


def refuse_unsettled(version: BookVersion) -> None:
    run = version.made_by_run
    if run is None or version.is_settled:
        return
    if run.status == RunStatus.FAILED:
        raise Conflict(f"{version} never came about: run {run}, which made it, ended {run.outcome}")
    raise Conflict(f"{version} is not finished: run {run}, which makes it, is {run.status}")


def _runs(version: BookVersion) -> list[WorkflowRun]:
    """Those that came out at the version or worked from it, and those whose steps they reuse."""
    about = Q(handed_version=version) | Q(handed_version=None, input_version=version)
    runs = WorkflowRun.objects.with_all()
    own = [run for run in runs.filter(about) if _is_about(run, version)]
    reused = runs.filter(steps__reuses__run__in=own).exclude(pk__in=[run.pk for run in own])
    return sorted([*own, *reused.distinct()], key=lambda run: run.pk)


def _is_about(run: WorkflowRun, version: BookVersion) -> bool:
    """One that makes a version is about the one it makes, not the one it began with."""
    if run.handed_version_id or run.input_version_id != version.pk:
        return run.handed_version_id == version.pk
    return not run.definition.parsed.makes_version


def _artifacts(runs: list[WorkflowRun]) -> list[Artifact]:
    """What the live steps of those that completed handed in. What rework replaced is not: its
    steps are superseded."""
    done = [run.pk for run in runs if run.status == RunStatus.COMPLETED]
    live = Step.objects.filter(run__in=done, status=StepStatus.COMPLETED)
    made = Artifact.objects.delivered_by(origins(live))
    return list(made.for_json().select_related("step"))
