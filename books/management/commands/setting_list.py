from argparse import ArgumentParser
from typing import Any

from books.management.base import Answering
from books.models import Setting


class Command(Answering):
    help = "List settings."
    example = "setting_list --genre horror"
    columns = ("slug", "name", "genre", "status", "books")

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--genre", help="as registered")

    def act(self, *, genre: str | None, **_options: Any) -> list[Any]:
        settings = Setting.objects.of_genre(genre) if genre else Setting.objects.all()
        return [setting.as_json() for setting in settings.with_books()]
