from typing import Any

from workflows.definitions.sync import sync
from workflows.management.base import WorkflowCommand


class Command(WorkflowCommand):
    help = "Take over workflow definitions that were added or changed; runs keep theirs."
    example = "workflow_sync"
    columns = ("type", "alias", "version", "changed")

    def act(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return sync()
