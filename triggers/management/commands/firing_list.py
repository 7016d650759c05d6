from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit, named
from books.models import known_word
from triggers.management.base import TriggerCommand
from triggers.models import Result, TriggerFiring
from workflows.models import WorkflowRun


class Command(TriggerCommand):
    help = "List what became of triggers, the newest first."
    example = "firing_list --trigger w1-to-w2 --result skipped"
    subject = ""
    columns = (
        "id",
        "created_at",
        "trigger",
        "book",
        "source_run",
        "result",
        "target_run",
        "reason",
    )

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--trigger", type=named, metavar="NAME", help="also one deleted since")
        parser.add_argument("--run", type=named, help="those it set off and the one it came of")
        parser.add_argument("--result", type=named, help="fired, skipped or failed")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        firings = TriggerFiring.objects.for_json()
        if name := options["trigger"]:
            firings = firings.of(name)
        if options["run"]:
            firings = firings.about(WorkflowRun.objects.named(options["run"]))
        if word := options["result"]:
            firings = firings.filter(result=known_word("result", word, Result.values))
        return [firing.as_json() for firing in firings[: options["limit"]]]
