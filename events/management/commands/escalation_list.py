from typing import Any

from django.core.management.base import CommandParser

from books.management.base import limit
from books.models import known_word
from events.management.base import EventsCommand
from events.models import Escalation, EscalationStatus
from events.reminders.overdue import known_group
from workflows.models import WorkflowRun


class Command(EventsCommand):
    help = "List escalations: the open ones, then the resolved, each with the oldest first."
    example = "escalation_list --status pending"
    columns = ("id", "run", "item", "rejection_type", "escalated_to", "status", "due_at", "reason")

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--run")
        parser.add_argument("--status", help="pending, acknowledged or resolved")
        parser.add_argument("--to", metavar="GROUP", help="only those that wait for this group")
        parser.add_argument("--overdue", action="store_true", help="open ones past their due time")
        parser.add_argument("--limit", type=limit, default=50)

    def act(self, *_: Any, **options: Any) -> list[dict[str, Any]]:
        found = Escalation.objects.select_related("run").open_first()
        if options["run"]:
            found = found.filter(run=WorkflowRun.objects.named(options["run"]))
        if options["status"]:
            status = known_word("escalation status", options["status"], EscalationStatus.values)
            found = found.filter(status=status)
        if options["to"]:
            found = found.filter(escalated_to=known_group(options["to"]))
        if options["overdue"]:
            found = found.overdue()
        return [escalation.as_json() for escalation in found[: options["limit"]]]
