from typing import Any

from django.core.management.base import CommandParser

from books.management.base import named, short_name
from workflows import tokens
from workflows.management.base import WorkflowCommand, items


class Command(WorkflowCommand):
    help = "Make a token by which a program acts for a user over REST; it is shown this once."
    example = "token_create --user writer-bot --name laptop --group agent --agents writer"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--user", required=True, type=short_name, help="made where it is new")
        parser.add_argument("--name", required=True, type=short_name, help="what it is for")
        parser.add_argument(
            "--group",
            action="append",
            default=[],
            type=named,
            help="the user is put into it, and the token acts in these alone; may be repeated",
        )
        parser.add_argument(
            "--agents", type=items, default=(), metavar="A,B", help="claims for these alone"
        )
        parser.add_argument("--expires-days", type=int, metavar="N", help="never unless given")

    def act(self, *_: Any, user: str, name: str, **options: Any) -> dict[str, Any]:
        return tokens.make(
            user,
            name,
            groups=options["group"],
            agents=options["agents"],
            expires_days=options["expires_days"],
        )
