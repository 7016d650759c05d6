from typing import Any

from django.core.management.base import CommandParser

from artifacts.models import Artifact, ArtifactType, nouns
from books.management.base import limit
from books.models import Book, known_word
from workflows.management.base import WorkflowCommand
from workflows.models import WorkflowRun


class Command(WorkflowCommand):
    help = "List artifacts, the newest first."
    example = "artifact_list --book core-rulebook --type release_notes"
    columns = ("id", "artifact_type", "path", "item", "size_bytes", "run")

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--run")
        parser.add_argument("--type", help="an artifact type")
        parser.add_argument("--book", metavar="SLUG")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        found = Artifact.objects.for_json().order_by("-pk")
        if options["run"]:
            found = found.filter(run=WorkflowRun.objects.named(options["run"]))
        if options["type"]:
            known = known_word("artifact type", options["type"], ArtifactType.values)
            found = found.filter(artifact_type=known)
        if options["book"]:
            found = found.filter(run__book=Book.objects.named(options["book"]))
        return nouns(found[: options["limit"]])
