"""What an agent is told when it claims a step."""

from typing import Any

from artifacts.models import Artifact, ArtifactType
from books.diff import word_diff
from workflows.models import Draft, Step, WorkflowRun


def brief(step: Step, inputs: list[Artifact]) -> dict[str, Any]:
    """All that the step needs to know, as JSON (docs/workflows/work.md)."""
    run = step.run
    version = run.handed_version if step.spec.makes_version else None
    chapter = _chapter(step, inputs) if step.item else None
    return {
        "book": run.book.slug,
        "version": (version or run.input_version).number,
        "run": run.public_id,
        "workflow_type": run.workflow_type,
        "step": step.name,
        "agent": step.agent,
        "item": step.item or None,
        "attempt": step.attempt,
        "parameters": run.parameters,
        "chapter": chapter,
        "inputs": [artifact.as_json() for artifact in inputs],
        "feedback": feedback(step),
        "changed_since": _changed_since(step, chapter) if chapter else None,
        "produces": [str(wanted) for wanted in step.spec.produces],
        "drafts": [draft.as_json() for draft in Draft.objects.offered_to(step)],
    }


def feedback(step: Step) -> list[dict[str, Any]]:
    """The open rejections that bear on this step: its chapter's, or all of the run's."""
    rejections = step.run.rejections.open().for_json()
    if step.item:
        rejections = rejections.for_item(step.item)
    return [rejection.as_json() for rejection in rejections]


def _chapter(step: Step, inputs: list[Artifact]) -> dict[str, Any]:
    """The chapter as the run has it: what is to be reviewed, else what was last handed in."""
    source = step.run.input_version.chapters.with_text().get(slug=step.item)
    text = _handed_in(step.run, step.item, inputs)
    content = text.content().decode() if text else source.text
    return {
        "slug": source.slug,
        "path": source.path,
        "title": source.title,
        "text": content,
        "digest": text.digest if text else source.digest,
    }


def _handed_in(run: WorkflowRun, item: str, inputs: list[Artifact]) -> Artifact | None:
    given = [a for a in inputs if a.artifact_type == ArtifactType.CHAPTER and a.item == item]
    if given:
        return given[-1]
    made = run.artifacts.filter(artifact_type=ArtifactType.CHAPTER, item=item, delivered=True)
    return made.order_by("pk").last()


def _changed_since(step: Step, chapter: dict[str, Any]) -> dict[str, Any] | None:
    """How the chapter differs from what the attempt before was given; None at the first."""
    before = Artifact.objects.filter(
        uses__step__run=step.run,
        uses__step__name=step.name,
        uses__step__item=step.item,
        uses__step__attempt__lt=step.attempt,
        artifact_type=ArtifactType.CHAPTER,
    )
    last = before.order_by("uses__step__attempt", "pk").last()
    if not last:
        return None
    diff = word_diff(last.content().decode(), chapter["text"])
    return {
        "from": last.digest,
        "to": chapter["digest"],
        "words_added": diff.words_added,
        "words_removed": diff.words_removed,
        "diff": diff.text,
    }
