from typing import Any

from django.core.management.base import CommandParser

from events.management.base import EventsCommand
from events.management.ruling import change_of, rule_options
from events.rules.changing import Change
from events.rules.explaining import Question, explain, explain_in
from events.rules.hindsight import review
from workflows.models import WorkflowRun


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
        where.add_argument("--run", help="in this run")
        where.add_argument("--past", action="store_true", help="of all there were")
        parser.add_argument("--item", default="", metavar="CHAPTER", help="with --run: of what")
        parser.add_argument("--book", default="", metavar="SLUG", help="with --past: only its own")

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        self._refuse_unfit(options)
        change = change_of(options)
        question = Question(
            rejection_type=options["rejection_type"],
            workflow_type=options["workflow_type"],
            step=options["step"],
            retry_count=options["retry_count"],
            tried=None if change == Change() else change,
        )
        if options["past"]:
            return review(question, book=options["book"])
        if options["run"]:
            run = WorkflowRun.objects.named(options["run"])
            return explain_in(run, question, item=options["item"])
        return explain(question)

    def _refuse_unfit(self, options: dict[str, Any]) -> None:
        if options["item"] and not options["run"]:
            self.parser.error("--item needs --run")
        if options["book"] and not options["past"]:
            self.parser.error("--book needs --past")
        if options["past"] and options["retry_count"] is not None:
            self.parser.error("--retry-count is not for --past: each has its own")
