from typing import Any

from workflows import runs
from workflows.management.base import RunVerb


class Command(RunVerb):
    help = "Stop handing out the work of a run; steps already running may still finish."
    example = 'workflow_pause wfrun_1f0c --reason "waiting for the artist"'

    def act(self, *_: Any, run: str, reason: str, **options: Any) -> dict[str, Any]:
        return runs.pause(
            self.run_of(run), actor=options["actor"], reason=reason, key=options["idempotency_key"]
        )
