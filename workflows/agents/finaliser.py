"""Finishes an editing run: its version and the release notes."""

from django.template.loader import render_to_string

from artifacts.models import ArtifactType
from artifacts.registry import Handed
from books import diff
from books.models import BookVersion
from workflows.agents.agent import Brief, CannotDo, Done
from workflows.models import Step


class Finaliser:
    """Writes the release notes from the real difference of two versions."""

    def can_do(self, step: Step) -> bool:
        return step.run.workflow_type == "w1_editing" and step.spec.makes_version

    def perform(self, step: Step, _: Brief) -> Done:
        version = step.run.handed_version
        if version is None:
            raise CannotDo("no version was handed out with this step")
        notes = release_notes(step.run.input_version, version)
        handed = Handed.of_bytes(ArtifactType.RELEASE_NOTES, "release-notes.md", notes.encode())
        return Done({"version": version.number}, [handed])


def release_notes(old: BookVersion, new: BookVersion) -> str:
    """Markdown: what changed from the one version to the other, chapter by chapter."""
    titles = dict(new.chapters.values_list("slug", "title"))
    changes = diff.between(old, new)
    for changed in changes["changed"]:
        changed["title"] = titles[changed["slug"]]
    context = {"book": new.book, "old": old, "new": new, "changes": changes, "titles": titles}
    return render_to_string("workflows/release_notes.md", context)
