"""Hands in revised chapters from a folder."""

from artifacts.models import ArtifactType
from artifacts.registry import Handed
from workflows.agents.agent import Brief, CannotDo, Done
from workflows.agents.folder import draft_of
from workflows.models import Step


class FolderWriter:
    """Where the folder has no draft for this round, the step waits for whoever claims it."""

    def can_do(self, step: Step) -> bool:
        if not step.run.parameters.get("revisions") or not step.item:
            return False
        if ArtifactType.CHAPTER not in step.spec.made:
            return False
        chapter = step.run.input_version.chapters.get(slug=step.item)
        return draft_of(step, chapter.path, step.attempt) is not None

    def perform(self, step: Step, brief: Brief) -> Done:
        path = brief["chapter"]["path"]
        draft = draft_of(step, path, step.attempt)
        if draft is None:
            raise CannotDo(f"the draft of {path} for round {step.attempt} is gone")
        return Done(handed=[Handed.of_file(ArtifactType.CHAPTER, draft, path)])
