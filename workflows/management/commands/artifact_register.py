from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from artifacts.registry import Handed
from books.management.base import json_object
from workflows.management.base import RunCommand
from workflows.outputs import add


class Command(RunCommand):
    help = "Register a file as an artifact of a run that has not ended."
    example = "artifact_register wfrun_1f0c --type layout_plan --file layout.json"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--type", required=True, help="an artifact type")
        parser.add_argument("--file", required=True, type=Path)
        parser.add_argument(
            "--digest", default="", metavar="SHA256", help="refused where the file has another"
        )
        parser.add_argument("--path", default="", help="its path in the run; the file's name")
        parser.add_argument("--step", metavar="ID", help="the step that made it")
        parser.add_argument("--lease", default="", help="needed while the step is running")
        parser.add_argument("--item", default="", help="the chapter it is about")
        parser.add_argument("--metadata", type=json_object, default={}, help="a JSON object")

    def act(self, *_: Any, run: str, **options: Any) -> dict[str, Any]:
        made = Handed.of_file(
            options["type"],
            options["file"],
            options["path"],
            digest=options["digest"],
            item=options["item"],
            metadata=options["metadata"],
        )
        return add(
            self.run_of(run),
            made,
            actor=options["actor"],
            step_id=options["step"],
            lease=options["lease"],
        )
