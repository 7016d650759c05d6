"""Finishes an editing run: its version, the release notes, and the first documents."""

from typing import Any

from django.template.loader import render_to_string

from artifacts.builders import Remark
from artifacts.models import ArtifactType
from artifacts.registry import Handed
from books import diff, readings, sections
from books.models import BookVersion
from workflows.agents.agent import Brief, CannotDo, Done
from workflows.agents.documents import book_of, built
from workflows.models import Step

DOCUMENTS = (ArtifactType.WEB_HTML, ArtifactType.PRINT_HTML, ArtifactType.PDF_DRAFT)


class Finaliser:
    """Writes the release notes from the real difference of two versions, and builds those
    documents that the step is to make."""

    def can_do(self, step: Step) -> bool:
        return step.run.workflow_type == "w1_editing" and step.spec.makes_version

    def perform(self, step: Step, _: Brief) -> Done:
        version = step.run.handed_version
        if version is None:
            raise CannotDo("no version was handed out with this step")
        notes = release_notes(step.run.input_version, version)
        handed = [Handed.of_bytes(ArtifactType.RELEASE_NOTES, "release-notes.md", notes.encode())]
        book, remarks = book_of(version), dict[Remark, None]()
        for kind in DOCUMENTS:
            if kind in step.spec.made:
                documents, said = built(kind, book)
                handed += documents
                remarks |= dict.fromkeys(said)
        missing = [f"{one.chapter}, line {one.line}: {one.message}" for one in remarks]
        return Done({"version": version.number, "remarks": missing}, handed)


def release_notes(old: BookVersion, new: BookVersion) -> str:
    """Markdown: what changed from the one version to the other, chapter by chapter."""
    titles = dict(new.chapters.values_list("slug", "title"))
    changes = diff.between(old, new)
    pages = readings.book_of(old).pages, readings.book_of(new).pages
    for changed in changes["changed"]:
        slug = changed["slug"]
        changed["title"] = titles[slug]
        changed["sections"] = sections.changes(pages[0][slug], pages[1][slug])
    context: dict[str, Any] = {"book": new.book, "old": old, "new": new, "changes": changes}
    context["added"] = [titles[slug] for slug in changes["added"]]
    gone = dict(old.chapters.values_list("slug", "title"))
    context["removed"] = [gone[slug] for slug in changes["removed"]]
    return render_to_string("workflows/release_notes.md", context)
