"""Plans which chapters an editing run works on."""

import json

from artifacts.models import ArtifactType
from artifacts.registry import Handed
from books.checks import check
from books.models import Chapter
from workflows.agents.agent import Brief, CannotDo, Done
from workflows.agents.folder import draft_of
from workflows.models import Step


class Planner:
    """Chapters asked for, else those the revisions folder has a draft of, else all."""

    def can_do(self, step: Step) -> bool:
        return step.run.workflow_type == "w1_editing" and step.name == "plan"

    def perform(self, step: Step, brief: Brief) -> Done:
        chapters = self._chosen(step, brief)
        plan = {
            "book": brief["book"],
            "version": brief["version"],
            "chapters": [
                {
                    "slug": chapter.slug,
                    "title": chapter.title,
                    "words": chapter.words,
                    "draft": draft_of(step, chapter.path, attempt=1) is not None,
                    "findings": [finding.as_json() for finding in check(chapter.text)],
                }
                for chapter in chapters
            ],
        }
        content = json.dumps(plan, indent=2, ensure_ascii=False).encode()
        handed = Handed.of_bytes(ArtifactType.IMPROVEMENT_PLAN, "improvement-plan.json", content)
        return Done({"chapters": [chapter.slug for chapter in chapters]}, [handed])

    def _chosen(self, step: Step, brief: Brief) -> list[Chapter]:
        chapters = list(step.run.input_version.chapters.with_text())
        if asked := brief["parameters"].get("chapters"):
            return [chapter for chapter in chapters if chapter.slug in asked]
        if not (folder := brief["parameters"].get("revisions")):
            return chapters
        drafted = [one for one in chapters if draft_of(step, one.path, attempt=1)]
        if not drafted:
            raise CannotDo(f"{folder} holds no draft of any chapter of {step.run.input_version}")
        return drafted
