import json
from typing import Any

from django.core.management.base import CommandParser

from artifacts.lineage import Direction, lineage_of
from artifacts.models import Artifact
from books.models import known_word
from workflows.graph.lineage import lineage_mermaid, lineage_svg, lineage_text
from workflows.management.base import WorkflowCommand

FORMATS = ("json", "mermaid", "svg")


class Command(WorkflowCommand):
    help = "Show what an artifact was made from, what was made from it, or both."
    example = "artifact_lineage art_1f0c --direction both --format svg > lineage.svg"
    subject = "id"

    drawn = ""

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--direction", default="up", help="up (unless given), down or both")
        parser.add_argument("--format", default="", help="json, mermaid or svg; else a list")

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        direction = known_word("direction", options["direction"], Direction.values)
        self.drawn = options["format"] and known_word("format", options["format"], FORMATS)
        artifact = Artifact.objects.named(options["id"])
        lineage = lineage_of([artifact], direction)
        if self.drawn == "mermaid":
            return {**lineage, "format": self.drawn, "graph": lineage_mermaid(lineage)}
        if self.drawn == "svg":
            title = f"{artifact.artifact_type} {artifact.path}"
            return {**lineage, "format": self.drawn, "graph": lineage_svg(lineage, title=title)}
        return lineage

    def text(self, answer: Any) -> str:
        if self.drawn == "json":
            return json.dumps(answer, indent=2, ensure_ascii=False)
        return answer["graph"] if self.drawn else lineage_text(answer)
