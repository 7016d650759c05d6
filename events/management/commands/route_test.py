from typing import Any

from django.core.management.base import CommandParser

from events.errors import Mismatched
from events.management.base import EventsCommand
from events.management.ruling import change_of, rule_options
from events.rules.asking import Inquiry, tried
from events.rules.explaining import Question


class Command(EventsCommand):
    help = (
        "Say where a rejection would go and why, or where past ones would have gone. What is said "
        "of a rule is taken for set, but not kept."
    )
    example = "route_test --rejection-type style --workflow-type w1 --step edit --retry-count 3"

    def options(self, parser: CommandParser) -> None:
        rule_options(parser)
        parser.add_argument(
            "--retry-count", type=int, metavar="N", help="were it the N-th of its type"
        )
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--run", default="", help="in this run")
        where.add_argument("--past", action="store_true", help="of all there were")
        parser.add_argument("--item", default="", metavar="CHAPTER", help="with --run: of what")
        parser.add_argument("--book", default="", metavar="SLUG", help="with --past: only its own")

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        question = Question(
            rejection_type=options["rejection_type"],
            workflow_type=options["workflow_type"],
            step=options["step"],
            retry_count=options["retry_count"],
            tried=tried(change_of(options)),
        )
        of = {name: options[name] for name in ("run", "item", "past", "book")}
        try:
            inquiry = Inquiry(question, **of)
        except Mismatched as refusal:
            self.parser.error(str(refusal))
        return inquiry.answer()
