from typing import Any

from django.core.management.base import CommandParser

from workflows.management.base import WorkflowCommand
from workflows.upkeep.leftovers import collect


class Command(WorkflowCommand):
    help = "List bytes in the store that no artifact and no version names; --delete deletes them."
    example = "artifact_gc --delete"
    parts = {
        "orphans": ("digest", "size_bytes", "modified_at"),
        "temporary": ("name", "size_bytes", "modified_at"),
    }

    def options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--delete", action="store_true", help="delete what is older than the longest lease"
        )

    def act(self, *_: Any, delete: bool, **_options: Any) -> dict[str, Any]:
        return collect(delete=delete)
