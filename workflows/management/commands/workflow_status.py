from typing import Any, ClassVar

from workflows.management.base import RunCommand
from workflows.status import run_status


class Command(RunCommand):
    help = "Show a run: its steps, what is open, what it made, what may be done."
    example = "workflow_status wfrun_1f0c"
    parts: ClassVar = {
        "steps": ("id", "name", "item", "attempt", "status", "agent", "worker"),
        "open_rejections": ("id", "item", "rejection_type", "retry_count", "reason"),
        "open_escalations": ("id", "item", "rejection_type", "escalated_to", "status"),
        "artifacts": ("id", "artifact_type", "path", "size_bytes"),
        "firings": ("id", "trigger", "result", "target_run", "reason"),
    }

    def act(self, *_: Any, run: str, **__: Any) -> dict[str, Any]:
        return run_status(self.run_of(run))
