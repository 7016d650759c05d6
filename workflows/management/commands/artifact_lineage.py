import json
from typing import Any

from django.core.management.base import CommandParser

from artifacts.lineage import Direction, lineage_of
from artifacts.models import Artifact
from books.models import known_word
from workflows.management.base import WorkflowCommand

FORMATS = ["json", "mermaid", "svg"]


class Command(WorkflowCommand):
    help = "Show what an artifact was made from, what was made from it, or both."
    example = "artifact_lineage art_1f0c --direction both"
    subject = "id"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--direction", default="up", help="up (unless given), down or both")

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        direction = known_word("direction", options["direction"], Direction.values)
        return lineage_of([Artifact.objects.named(options["id"])], direction)

    def text(self, answer: Any) -> str:
        return json.dumps(answer, indent=2, ensure_ascii=False)
