from typing import Any

from django.core.management.base import CommandParser

from books.management.base import named
from triggers import requests
from triggers.management.base import TriggerCommand
from workflows.models import WorkflowRun


class Command(TriggerCommand):
    help = "Say of each trigger whether it would fire when a run completes, and what decides it."
    example = "trigger_test wfrun_1f0c --name w1-to-w2"
    subject = "run"
    columns = ("trigger", "would_fire", "why")

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--name", type=named, help="of this trigger alone")

    def act(self, *_: Any, run: str, name: str | None, **__: Any) -> list[dict[str, Any]]:
        trigger = self.trigger_of(name) if name else None
        return requests.explain(WorkflowRun.objects.named(run), trigger)
