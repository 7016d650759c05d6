from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from artifacts.errors import InvalidArtifact
from artifacts.models import Artifact
from workflows.management.base import WorkflowCommand


class Command(WorkflowCommand):
    help = "Show an artifact; --output writes its bytes to a file."
    example = "artifact_show art_1f0c --output release-notes.md"
    subject = "id"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="a file that does not exist yet")

    def act(self, *_: Any, output: Path | None, **options: Any) -> dict[str, Any]:
        artifact = Artifact.objects.named(options["id"])
        if output:
            content = artifact.content()
            try:
                with output.open("xb") as file:
                    file.write(content)
            except OSError as error:
                raise InvalidArtifact(f"{output} cannot be written: {error.strerror}") from error
        return artifact.as_json()
