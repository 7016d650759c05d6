from typing import Any

from django.core.management.base import CommandParser

from books.management.base import json_object
from triggers.changing import Change, delete, put
from triggers.management.base import TriggerCommand
from triggers.terms import Config, keys_of


class Command(TriggerCommand):
    help = "Make, change or delete a trigger. What is not given stays as it is."
    example = """trigger_set w1-to-w3 --source w1 --target w3 --config '{"limit": {}}'"""

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--source", metavar="TYPE", help="a workflow type or its alias")
        parser.add_argument("--target", metavar="TYPE", help="a workflow type or its alias")
        parser.add_argument("--condition", help="on_complete (of a new one), on_approve, manual")
        parser.add_argument(
            "--config",
            type=json_object,
            help="a JSON object; replaces the old. Its keys: " + ", ".join(keys_of(Config)),
        )
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument(
            "--enable", dest="enabled", action="store_true", default=None, help="let it fire"
        )
        switch.add_argument(
            "--disable", dest="enabled", action="store_false", help="keep it, silent"
        )
        switch.add_argument("--delete", action="store_true", help="delete it; its firings stay")

    def act(self, *_: Any, name: str, **options: Any) -> dict[str, Any]:
        change = Change(
            source_workflow_type=options["source"],
            target_workflow_type=options["target"],
            trigger_condition=options["condition"],
            enabled=options["enabled"],
            config=options["config"],
        )
        if not options["delete"]:
            return put(name, change, actor=options["actor"]).as_json()
        if change != Change():
            self.parser.error("--delete takes nothing but the name")
        return delete(name)
