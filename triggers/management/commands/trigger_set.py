from typing import Any

from django.core.management.base import CommandParser

from books.management.base import json_object
from triggers.changing import Change, delete, put
from triggers.management.base import TriggerCommand


class Command(TriggerCommand):
    help = "Make, change or delete a trigger. What is not given stays as it is."
    example = (
        "trigger_set notes-to-w3 --source w2 --target w3 --condition on_approve "
        """--config '{"parameters": {"pdf": "{source.artifacts.pdf_print.id}"}}'"""
    )

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--source", metavar="TYPE", help="a workflow type or its alias")
        parser.add_argument("--target", metavar="TYPE", help="a workflow type or its alias")
        parser.add_argument("--condition", help="on_complete (of a new one), on_approve, manual")
        parser.add_argument("--config", type=json_object, help="a JSON object; replaces the old")
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--enable", dest="enabled", action="store_true", default=None)
        switch.add_argument("--disable", dest="enabled", action="store_false")
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
            return put(name, change).as_json()
        if change != Change():
            self.parser.error("--delete takes nothing but the name")
        return delete(name)
