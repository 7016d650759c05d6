from argparse import ArgumentParser
from typing import Any

from books.management.base import Answering
from books.models import Setting
from books.worlds import amend_setting


class Command(Answering):
    help = "Change a setting's status or name."
    example = "setting_set --slug long-ebb --status in_production"
    subject = "slug"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--status", help="draft, selected, in_production or published")
        parser.add_argument("--name")

    def act(
        self, *, slug: str, status: str | None, name: str | None, **_options: Any
    ) -> dict[str, Any]:
        return amend_setting(Setting.objects.named(slug), status=status, name=name).as_json()
