import argparse
import re
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from artifacts.models import ArtifactType
from artifacts.registry import Handed
from books.management.base import json_object
from books.models import known_word
from workflows.management.base import RunCommand
from workflows.outputs import add

SHA256 = re.compile("[0-9a-fA-F]{64}")


def sha256(word: str) -> str:
    """64 hexadecimal digits."""
    if not SHA256.fullmatch(word):
        raise argparse.ArgumentTypeError(f'"{word}" is no SHA-256: 64 hexadecimal digits')
    return word.lower()


class Command(RunCommand):
    help = "Register a file as an artifact of a run that has not ended."
    example = "artifact_register wfrun_1f0c --type layout_plan --file layout.json"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--type", required=True, help="an artifact type")
        parser.add_argument("--file", required=True, type=Path)
        parser.add_argument(
            "--digest",
            type=sha256,
            default=None,
            metavar="SHA256",
            help="refused where the file has another",
        )
        parser.add_argument("--path", help="its path in the run; the file's name unless given")
        parser.add_argument("--step", metavar="ID", help="the step that made it")
        parser.add_argument("--lease", default="", help="needed while the step is running")
        parser.add_argument("--item", default="", help="the chapter it is about")
        parser.add_argument("--metadata", type=json_object, default={}, help="a JSON object")

    def act(self, *_: Any, run: str, **options: Any) -> dict[str, Any]:
        if options["lease"] and not options["step"]:
            self.parser.error("--lease needs --step")
        made = Handed.of_file(
            known_word("artifact type", options["type"], ArtifactType.values),
            options["file"],
            options["path"],
            digest=options["digest"] or "",
            item=options["item"],
            metadata=options["metadata"],
        )
        added = add(
            self.run_of(run),
            made,
            actor=options["actor"],
            step_id=options["step"],
            lease=options["lease"],
        )
        return added.artifact
