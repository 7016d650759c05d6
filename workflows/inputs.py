"""What a step is given: artifacts of the steps before it, or of the workflow upstream."""

import hashlib
from collections.abc import Collection, Iterable

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from artifacts.models import Artifact, ArtifactType, ArtifactUse
from artifacts.models.artifact import ArtifactQuerySet
from books.models import Book
from workflows.definitions.definition import Definition, StepSpec
from workflows.models import Step, StepStatus, WorkflowRun


def origin(step: Step) -> int:
    """Whose artifacts a row stands for: its own, or those of the row it reuses."""
    return int(step.reused_from_id or step.pk)


def origins(rows: "QuerySet[Step]") -> "QuerySet[Step, int]":
    """The same of many rows, as a subquery."""
    return rows.order_by().values_list(Coalesce("reused_from_id", "pk"), flat=True)


def inputs_of(step: Step) -> list[Artifact]:
    """The artifacts this step consumes, in the order they were made."""
    run, spec = step.run, step.spec
    wanted = set(run.definition.parsed.consumed_by(spec.name))
    if not wanted:
        return []
    found = list(_made_before(run, spec, step.item, wanted))
    missing = wanted - {artifact.artifact_type for artifact in found}
    offered = offered_upstream(run.book, run.definition.parsed, missing)
    return [*(a for a in offered.for_json() if _bears_on(a, step.item)), *found]


def offered_upstream(
    book: Book, definition: Definition, types: Collection[str] | None = None
) -> ArtifactQuerySet:
    """What the workflow may take from the workflows upstream of it, of `types` alone where they
    are given."""
    wanted = definition.taken_from_upstream
    wanted = wanted if types is None else wanted & set(types)
    if not wanted:
        return Artifact.objects.none()
    return made_last(book, definition.upstream).filter(artifact_type__in=sorted(wanted))


def made_last(book: Book, workflow_types: Iterable[str] | None = None) -> ArtifactQuerySet:
    """What the latest completed run of each workflow type, of these where they are given, made for
    the book: its live completed steps, with what they reused."""
    runs = WorkflowRun.objects.last_completed(book, workflow_types)
    live = Step.objects.filter(run__in=runs, status=StepStatus.COMPLETED)
    return Artifact.objects.delivered_by(list(origins(live)))


def completed_by(run: WorkflowRun, artifact_type: str = "") -> list[int]:
    """The steps whose artifacts the run stands for: its completed live ones, that make a type
    where one is named."""
    return [
        origin(row)
        for row in run.progress.rows
        if row.status == StepStatus.COMPLETED
        and (not artifact_type or artifact_type in row.spec.made)
    ]


def made_of(run: WorkflowRun, artifact_type: str) -> list[Artifact]:
    """What completed live steps of the run made of a type, oldest first."""
    makers = completed_by(run, artifact_type)
    made = Artifact.objects.for_json().delivered_by(makers) if makers else Artifact.objects.none()
    return list(made.filter(artifact_type=artifact_type))


def chapters_of(run: WorkflowRun) -> dict[str, Artifact]:
    """The run's own text of each chapter: what the last completed live step made of it."""
    return {made.item: made for made in made_of(run, ArtifactType.CHAPTER) if made.item}


def handed_in(run: WorkflowRun) -> "QuerySet[Artifact]":
    """Every text of a chapter that steps of the run, or those they reuse, ever handed in; oldest
    first."""
    made = Artifact.objects.delivered_by(origins(run.steps.all()))
    return made.filter(artifact_type=ArtifactType.CHAPTER).exclude(item="")


def digest_of(inputs: Iterable[Artifact]) -> str | None:
    """One SHA-256 over all that is to be decided on; None when there is nothing."""
    lines = sorted(f"{a.artifact_type} {a.item} {a.path} {a.digest}\n" for a in inputs)
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else None


def record_use(step: Step, inputs: Iterable[Artifact]) -> None:
    """Remember what was handed out; may be called again at the next claim."""
    ArtifactUse.objects.bulk_create(
        [ArtifactUse(step=step, artifact=artifact) for artifact in inputs], ignore_conflicts=True
    )


def _made_before(
    run: WorkflowRun, spec: StepSpec, item: str, wanted: set[str]
) -> Iterable[Artifact]:
    before = run.definition.parsed.upstream_of(spec.name)
    rows = [
        origin(row)
        for row in run.progress.rows
        if row.name in before
        and row.status == StepStatus.COMPLETED
        and (not item or row.item in ("", item))
    ]
    found = Artifact.objects.for_json().delivered_by(rows).filter(artifact_type__in=wanted)
    return [a for a in found if _bears_on(a, item)]


def _bears_on(artifact: Artifact, item: str) -> bool:
    """A step of one chapter takes what is of that chapter or of none."""
    return not item or artifact.item in ("", item)
