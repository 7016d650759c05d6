from typing import Any

from django.core.management.base import CommandParser

from books.management.base import named
from triggers import requests
from triggers.management.base import TriggerCommand
from workflows.management.base import idempotency


class Command(TriggerCommand):
    help = "Fire a trigger from a run that has ended, or say what that would do."
    example = "trigger_fire w3-to-w4 --book core-rulebook --dry-run"

    def options(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--run", type=named, help="the source run")
        source.add_argument(
            "--book", type=named, metavar="SLUG", help="its run of the source type that ended last"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would come of it")
        idempotency(parser)

    def act(self, *_: Any, name: str, **options: Any) -> dict[str, Any]:
        trigger = self.trigger_of(name)
        asked = requests.asked(run=options["run"] or "", book=options["book"] or "")
        if options["dry_run"]:
            return requests.foreseen(trigger, asked)
        return requests.fire(trigger, asked, actor=options["actor"], key=options["idempotency_key"])
