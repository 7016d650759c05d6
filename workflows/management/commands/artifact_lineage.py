import json
from typing import Any

from django.core.management.base import CommandParser

from artifacts.lineage import Direction, lineage_of
from artifacts.models import Artifact
from books.models import known_word
from workflows.graph.lineage import lineage_mermaid, lineage_svg
from workflows.management.base import WorkflowCommand

FORMATS = ("json", "mermaid", "svg")


class Command(WorkflowCommand):
    help = "Show what an artifact was made from, what was made from it, or both."
    example = "artifact_lineage art_1f0c --direction both --format svg > lineage.svg"
    subject = "id"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--direction", default="up", help="up (unless given), down or both")
        parser.add_argument("--format", default="json", help="json (unless given), mermaid or svg")

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        direction = known_word("direction", options["direction"], Direction.values)
        form = known_word("format", options["format"], FORMATS)
        artifact = Artifact.objects.named(options["id"])
        lineage = lineage_of([artifact], direction)
        if form == "mermaid":
            return {**lineage, "format": form, "graph": lineage_mermaid(lineage)}
        if form == "svg":
            title = f"{artifact.artifact_type} {artifact.path}"
            return {**lineage, "format": form, "graph": lineage_svg(lineage, title=title)}
        return lineage

    def text(self, answer: Any) -> str:
        return answer.get("graph") or json.dumps(answer, indent=2, ensure_ascii=False)
