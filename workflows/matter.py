"""What a gate decides on: chapter by chapter, or whatever else it is given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from artifacts.models import Artifact, ArtifactType, ArtifactUse
from workflows import texts
from workflows.inputs import digest_of, inputs_of, origin
from workflows.models import Step, StepKind, StepStatus, WorkflowRun
from workflows.rounds import earlier

DECIDED = (StepStatus.COMPLETED, StepStatus.REJECTED)


@dataclass(frozen=True)
class Compared:
    """A chapter as the run began with it, `before`, and as it stands, `now`; both by digest.

    `words` are those it began with; `made` is what the run made of it.
    """

    slug: str
    title: str
    words: int
    before: str
    now: str
    made: Artifact | None

    @property
    def differs(self) -> bool:
        return self.before != self.now


@dataclass(frozen=True)
class Matter:
    """`inputs` are what is there to decide on; of a gate that was decided, what was then."""

    step: Step
    inputs: list[Artifact]

    @classmethod
    def of(cls, step: Step) -> "Matter":
        step.run.input_version.book = step.run.book  # the same row, and not to be asked for again
        used = Artifact.objects.for_json().given_to([origin(step)])
        given = list(used) if step.status in DECIDED else []
        return cls(step, given or inputs_of(step))

    @property
    def digest(self) -> str:
        return digest_of(self.inputs) or ""

    @cached_property
    def chapters(self) -> Sequence[Compared]:
        """Those in scope, in the order of the book; none where it judges no texts."""
        if not texts.judges_texts(self.step):
            return ()
        made = {one.item: one for one in self.inputs if one.artifact_type == ArtifactType.CHAPTER}
        run = self.step.run
        rows = run.input_version.chapters.within(run.progress.chapters)
        known = rows.values_list("slug", "title", "words", "source_id")
        return [
            _compared(slug, title, words, digest, made.get(slug))
            for slug, title, words, digest in known
        ]

    @property
    def others(self) -> list[Artifact]:
        """What it decides on beside chapters."""
        return [one for one in self.inputs if one.artifact_type != ArtifactType.CHAPTER]

    @cached_property
    def last_round(self) -> "Round | None":
        """The last attempt that was decided, and on what; None where none was."""
        if self.step.attempt == 1:
            return None
        uses = ArtifactUse.objects.filter(step__in=earlier(self.step))
        rows = list(uses.select_related("artifact", "step").order_by("step__attempt", "artifact"))
        if not rows:
            return None
        step = rows[-1].step
        return Round(step, [use.artifact for use in rows if use.step_id == step.pk])

    def since(self, read: Iterable[Artifact]) -> list[tuple[Artifact | None, Artifact | None]]:
        """What is not as it was when these were read: what there was, and what there is."""
        was, now = ({one.place: one for one in each} for each in (read, self.inputs))
        both = [(was.get(place), now.get(place)) for place in dict.fromkeys([*now, *was])]
        return [(old, new) for old, new in both if not (old and new and old.digest == new.digest)]


@dataclass(frozen=True)
class Round:
    """An attempt at a gate that was decided, and what it was decided on."""

    step: Step
    read: list[Artifact]

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The digests of its chapters by slug."""
        made = (one for one in self.read if one.artifact_type == ArtifactType.CHAPTER)
        return {one.item: one.digest for one in made}


def _compared(slug: str, title: str, words: int, digest: str, made: Artifact | None) -> Compared:
    return Compared(slug, title, words, digest, made.digest if made else digest, made)


def workers(run: WorkflowRun) -> dict[str, list[str]]:
    """Who did the work that stands: the steps by name, each with its workers."""
    found: dict[str, list[str]] = {}
    for row in run.progress.rows:
        if row.kind == StepKind.WORK and row.status == StepStatus.COMPLETED and row.worker:
            names = found.setdefault(row.name, [])
            names += [row.worker] if row.worker not in names else []
    return found
