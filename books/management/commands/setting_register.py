from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from books.management.base import Answering
from books.worlds import register_setting


class Command(Answering):
    help = "Register a setting that books can share."
    example = 'setting_register --slug long-ebb --name "The Long Ebb" --genre "strange fantasy"'
    subject = "slug"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--genre", required=True)
        parser.add_argument("--source", type=Path, metavar="DIR", help="folder of its house style")

    def act(
        self, *, slug: str, name: str, genre: str, source: Path | None, **_options: Any
    ) -> dict[str, Any]:
        return register_setting(slug=slug, name=name, genre=genre, source=source).as_json()
