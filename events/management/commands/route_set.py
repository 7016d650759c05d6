from dataclasses import replace
from typing import Any

from django.core.management.base import CommandParser

from events.management.base import EventsCommand
from events.management.ruling import change_of, rule_options
from events.rules.changing import Change, delete, put, rank_of


class Command(EventsCommand):
    help = "Make, change or delete the rule by which rejections of one type are routed."
    example = "route_set --rejection-type mechanics --workflow-type w1 --handler domain-expert"

    def options(self, parser: CommandParser) -> None:
        rule_options(parser)
        ending = parser.add_mutually_exclusive_group()
        ending.add_argument("--disable", action="store_true", help="keep it, but route without it")
        ending.add_argument("--delete", action="store_true", help="delete it")

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        said = change_of(options)
        if options["delete"] and said != Change():
            self.parser.error("--delete takes nothing but what the rule is known by")
        if options["handler"] is None and not (options["disable"] or options["delete"]):
            self.parser.error("--handler is required, unless with --disable or --delete")
        rank = rank_of(options["rejection_type"], options["workflow_type"], options["step"])
        if options["delete"]:
            return delete(rank)
        return put(rank, replace(said, enabled=not options["disable"])).as_json()
