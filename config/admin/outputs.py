"""The page of an artifact: its lineage, drawn, and the ways to its content."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse

from artifacts.lineage import lineage_of
from artifacts.models import Artifact
from config.admin.pages import ObjectPage, instead
from config.admin.sheets import Cell, Fact, Sheet, fact, linked, soft, tag
from config.admin.verbs import Button, to_console
from config.admin.ways import Ways
from workflows.admin.artifacts import ArtifactAdmin
from workflows.errors import InvalidInput
from workflows.graph.lineage import lineage_svg

MOST_DRAWN = 80_000  # characters of SVG on the page; beyond, it is drawn by `artifact_lineage`


@instead(Artifact)
class ArtifactPage(ObjectPage, ArtifactAdmin):
    fieldsets: ClassVar = (
        ("All fields", {"classes": ["collapse"], "fields": (
            "digest", "media_type", "metadata", "delivered", "latest", "book_version", "supersedes",
        )}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("run", "step", "book", "book_version__book", "supersedes")

    def sheet(self, row: Artifact, request: HttpRequest) -> Sheet:  # noqa: ARG002
        drawing, note = _lineage(row)
        content = reverse("artifact-content", args=[row.public_id])
        return Sheet(
            facts=_facts(row),
            links=[to_console("Preview", "preview", row.public_id), Button("Download", content)],
            notes=[note] if note else [],
            drawing=drawing,
            drawing_title="What it was made from",
        )


def _lineage(artifact: Artifact) -> tuple[str, str]:
    """Its picture, or why there is none here."""
    lineage = lineage_of([artifact])
    try:
        drawn = lineage_svg(lineage, title=str(artifact), styled=False, way=Ways(lineage).of)
    except InvalidInput as refusal:
        return "", f"Its lineage is not drawn: {refusal}."
    if len(drawn) > MOST_DRAWN:
        return "", (
            f"Its lineage of {len(lineage['nodes'])} nodes is too large to be drawn here: "
            f"artifact_lineage {artifact.public_id} --format svg draws it."
        )
    return drawn, ""


def _facts(one: Artifact) -> list[Fact]:
    return [
        *fact("Type", Cell(one.artifact_type), tag("latest") if one.latest else None),
        *fact("Path", Cell(one.path)),
        *fact("Chapter", Cell(one.item)),
        *fact("Book", linked(one.book, one.book.title)),
        *fact("Run", linked(one.run)),
        *fact("Step", linked(one.step)),
        *fact("From the text of", linked(one.book_version)),
        *fact("In place of", linked(one.supersedes, one.supersedes and one.supersedes.public_id)),
        *fact("Size", Cell(f"{one.size_bytes:,} bytes"), soft(one.media_type)),
        *fact("Made", Cell(one.created_at)),
    ]
