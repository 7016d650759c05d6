"""What an agent is told when it claims a step."""

from typing import Any

from artifacts.models import Artifact, nouns
from workflows.feedback_items import items_for
from workflows.models import Draft, Step
from workflows.rounds import changed_since
from workflows.texts import own_text


def brief(step: Step, inputs: list[Artifact]) -> dict[str, Any]:
    """All that the step needs to know, as JSON (docs/workflows/work.md)."""
    run = step.run
    version = run.handed_version if step.spec.makes_version else None
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
        "chapter": _chapter(step, inputs) if step.item else None,
        "inputs": nouns(inputs),
        "feedback": feedback(step),
        "answers": answers(step),
        "feedback_items": items_for(step),
        "changed_since": changed_since(step, inputs),
        "produces": [str(wanted) for wanted in step.spec.produces],
        "drafts": [draft.as_json() for draft in Draft.objects.offered_to(step)],
    }


def feedback(step: Step) -> list[dict[str, Any]]:
    """The open rejections that bear on this step, oldest first: its chapter's and those of the
    whole run; where it is not per chapter, all of the run's."""
    rejections = step.run.rejections.open().for_json()
    if step.item:
        rejections = rejections.for_item(step.item)
    return [rejection.as_json() for rejection in rejections]


def answers(step: Step) -> list[dict[str, Any]]:
    """What humans answered to escalations whose rejections are open still, oldest first."""
    asked = step.run.escalations.answered_with_retry().select_related("run")
    if step.item:
        asked = asked.filter(item__in=["", step.item])
    return [escalation.as_json() for escalation in asked]


def _chapter(step: Step, inputs: list[Artifact]) -> dict[str, Any]:
    """The chapter as the run has it: what is to be reviewed, else what was last handed in."""
    source = step.run.input_version.chapters.with_text().get(slug=step.item)
    text = own_text(step, inputs)
    content = text.content().decode() if text else source.text
    return {
        "slug": source.slug,
        "path": source.path,
        "title": source.title,
        "text": content,
        "digest": text.digest if text else source.digest,
    }
