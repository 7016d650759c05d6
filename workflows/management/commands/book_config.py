from typing import Any

from django.core.management.base import CommandParser

from books.configs import configure
from books.management.base import json_object
from books.models import Book
from workflows.management.base import WorkflowCommand
from workflows.models import WorkflowDefinition


class Command(WorkflowCommand):
    help = "Show or change what a book does differently in one workflow."
    example = """book_config core-rulebook --type w1 --config '{"max_retries": {"style": 5}}'"""
    subject = "slug"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--type", required=True, help="a workflow type or its alias")
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--enable", dest="enabled", action="store_true", default=None)
        switch.add_argument("--disable", dest="enabled", action="store_false")
        parser.add_argument("--config", type=json_object, help="a JSON object; replaces the old")

    def act(self, *_: Any, slug: str, **options: Any) -> dict[str, Any]:
        definition = WorkflowDefinition.objects.named(options["type"])
        book = Book.objects.named(slug)
        for key in ("agents", "roles"):
            for step in (options["config"] or {}).get(key, ()):
                definition.parsed.step(step)
        return configure(
            book, definition.type, enabled=options["enabled"], config=options["config"]
        ).as_json()
