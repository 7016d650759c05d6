from typing import Any

from workflows import runs
from workflows.management.base import RunVerb


class Command(RunVerb):
    help = "End a run and all its open steps."
    example = 'workflow_cancel wfrun_1f0c --reason "superseded by the spring edition"'

    def act(self, *_: Any, run: str, reason: str, **options: Any) -> dict[str, Any]:
        return runs.cancel(
            self.run_of(run), actor=options["actor"], reason=reason, key=options["idempotency_key"]
        )
