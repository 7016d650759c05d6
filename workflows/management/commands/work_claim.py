from typing import Any

from django.core.management.base import CommandParser

from books.management.base import short_name
from workflows import claims
from workflows.management.base import WorkflowCommand, idempotency
from workflows.models import WorkflowRun
from workflows.roster import known_agents


class Command(WorkflowCommand):
    help = "Claim the oldest ready step of an agent: its brief, and a lease to hand it back by."
    example = "work_claim --agent writer --agent style-editor --worker ada --json"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--agent", action="append", required=True, help="may be repeated")
        parser.add_argument("--run", help="only steps of this run")
        parser.add_argument("--worker", type=short_name, default="cli", help="who does the work")
        parser.add_argument("--lease-seconds", type=int, help="as the step says unless given")
        idempotency(parser)

    def act(self, *_: Any, **options: Any) -> dict[str, Any] | None:
        wanted = claims.Claim(
            agents=known_agents(options["agent"]),
            worker=options["worker"],
            run=WorkflowRun.objects.named(options["run"]) if options["run"] else None,
            lease_seconds=options["lease_seconds"],
        )
        return claims.claim(wanted, actor=options["actor"], key=options["idempotency_key"])

    def text(self, answer: Any) -> str:
        return super().text(answer) if answer else "nothing to do"
