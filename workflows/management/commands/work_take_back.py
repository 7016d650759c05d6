from typing import Any

from django.core.management.base import CommandParser

from workflows import work
from workflows.management.base import WorkflowCommand, idempotency
from workflows.models import Step


class Command(WorkflowCommand):
    help = "Take a step back from whoever holds it, for another to claim."
    example = 'work_take_back 17 --reason "Kim is ill"'
    subject = "step"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", required=True)
        parser.add_argument("--worker", default="", help="only where this one still holds it")
        idempotency(parser)

    def act(self, *_: Any, step: str, reason: str, worker: str, **options: Any) -> dict[str, Any]:
        row, how = Step.objects.numbered(step), work.TakenBack(reason, worker)
        return work.take_back(row, how, actor=options["actor"], key=options["idempotency_key"])
