from typing import Any

from workflows import runs
from workflows.management.base import RunVerb


class Command(RunVerb):
    help = "Hand out the work of a paused run again."
    example = "workflow_resume wfrun_1f0c"

    def act(self, *_: Any, run: str, reason: str, **options: Any) -> dict[str, Any]:
        return runs.resume(
            self.run_of(run), actor=options["actor"], reason=reason, key=options["idempotency_key"]
        )
