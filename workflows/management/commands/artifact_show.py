from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from artifacts import store
from artifacts.errors import InvalidArtifact
from artifacts.models import Artifact
from workflows.comparing import between
from workflows.management import differences
from workflows.management.base import WorkflowCommand


class Command(WorkflowCommand):
    help = "Show an artifact; --against compares it, --output writes its bytes to a file."
    example = "artifact_show art_1f0c --output release-notes.md"
    subject = "id"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--against", metavar="ID", help="an older artifact: what differs from that one to this"
        )
        parser.add_argument("--output", type=Path, help="a file that does not exist yet")

    def act(self, *_: Any, output: Path | None, **options: Any) -> dict[str, Any]:
        artifact = Artifact.objects.named(options["id"])
        compared = self._compared(options["against"], artifact)
        if output:
            write(artifact.digest, output)
        return artifact.as_json() | compared

    def _compared(self, against: str | None, artifact: Artifact) -> dict[str, Any]:
        """Before anything is written, since it may be refused."""
        if against is None:
            return {}
        return {"comparison": between(Artifact.objects.named(against), artifact)}

    def text(self, answer: Any) -> str:
        if "comparison" in answer:
            return differences.text(answer["comparison"])
        return super().text(answer)


def write(digest: str, output: Path) -> None:
    """The bytes into a new file, whole or not at all. Raises ArtifactsError."""
    try:
        with output.open("xb") as file:
            try:
                store.copy(digest, file)
                file.flush()
            except BaseException:
                output.unlink()
                raise
    except OSError as error:
        raise InvalidArtifact(f"{output} cannot be written: {error.strerror}") from error
