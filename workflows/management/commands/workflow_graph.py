from typing import Any

from django.core.management.base import CommandParser

from books.models import known_word
from workflows.graph import mermaid, svg
from workflows.management.base import WorkflowCommand
from workflows.models import WorkflowDefinition

DRAW = {"svg": svg, "mermaid": mermaid}


class Command(WorkflowCommand):
    help = "Draw a workflow as SVG or Mermaid."
    example = "workflow_graph --type w1 --format svg > w1.svg"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--type", required=True, help="a workflow type or its alias")
        parser.add_argument("--format", default="svg", help="svg or mermaid")

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        form = known_word("format", options["format"], DRAW)
        definition = WorkflowDefinition.objects.named(options["type"])
        return {
            "type": definition.type,
            "version": definition.version,
            "format": form,
            "graph": DRAW[form](definition.parsed),
        }

    def text(self, answer: Any) -> str:
        return str(answer["graph"])
