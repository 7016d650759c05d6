"""What every command of Bindery shares: one answer, one error line, `--json`."""

import argparse
import json
import textwrap
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, OperationalError, ProgrammingError

from books import moments
from books.errors import BooksError
from books.management import tables
from books.plain_json import read_json

MAX_LIMIT = 1000
MAX_NAME = 200


def limit(word: str) -> int:
    """A whole number from 1 to 1,000."""
    if not word.isdecimal() or not 1 <= int(word) <= MAX_LIMIT:
        raise argparse.ArgumentTypeError(f'"{word}" is not a number from 1 to {MAX_LIMIT}')
    return int(word)


def moment(word: str) -> datetime:
    """As `books.moments` reads it."""
    try:
        return moments.moment(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def json_object(word: str) -> dict[str, Any]:
    """A JSON object."""
    try:
        value = read_json(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"no JSON: {error}") from error
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError('not a JSON object such as {"key": "value"}')
    return value


def named(word: str) -> str:
    """The name of something to look for. What is empty comes from a variable that was not set, and
    would ask for everything."""
    if not word.strip():
        raise argparse.ArgumentTypeError("names nothing")
    return word


def short_name(word: str) -> str:
    """A name of somebody or something: one line of at most 200 characters."""
    if len(word) > MAX_NAME or not word.isprintable():
        raise argparse.ArgumentTypeError(f"not one line of at most {MAX_NAME} characters")
    return word


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _with_hint(complaint: str) -> str:
    lacking = any(words in complaint for words in ("no such", "does not exist"))
    return f"{complaint}; is the database migrated?" if lacking else complaint


class Whole(DjangoHelpFormatter):
    """Breaks no word of a text at its hyphens, so that examples can be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return textwrap.fill(
            " ".join(text.split()),
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        )


class Answering(BaseCommand):
    """A command whose `act` returns one JSON-able answer, or raises one of `refusals`.

    `subject` names the option that may also be given positionally; `columns` are the
    fields shown when the answer is a list, `parts` those of the lists within a noun.
    """

    refusals: ClassVar[tuple[type[Exception], ...]] = (BooksError,)
    example: ClassVar[str] = ""
    subject: ClassVar[str] = ""
    columns: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[dict[str, tuple[str, ...]]] = {}
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("epilog", f"Example: manage.py {self.example}")
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("formatter_class", Whole)
        self.parser = super().create_parser(prog_name, subcommand, **kwargs)
        return self.parser

    def add_arguments(self, parser: CommandParser) -> None:
        self.options(parser)
        if self.subject:
            name = self.subject.upper()
            parser.add_argument(
                "positional", nargs="?", metavar=name, help=f"the same as --{self.subject}"
            )
            parser.add_argument(f"--{self.subject}", metavar=name)
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--actor", type=short_name, default=settings.BINDERY_ACTOR, help="who is acting"
        )

    def options(self, parser: CommandParser) -> None:
        """Add the command's own options."""

    def handle(self, **options: Any) -> None:
        self._settle_subject(options)
        self._refuse_bytes(options)
        try:
            self.say(self.act(**options), as_json=options["json"])
        except self.refusals as refusal:
            raise CommandError(" ".join(str(refusal).split())) from refusal
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(_with_hint(first_line(error))) from error
        except DatabaseError as error:
            raise CommandError(f"the database refuses it: {first_line(error)}") from error

    def _settle_subject(self, options: dict[str, Any]) -> None:
        """One subject, given positionally or by its option."""
        if not self.subject:
            return
        positional, named = options.pop("positional"), options[self.subject]
        if positional and named and positional != named:
            self.parser.error(f"--{self.subject} is given twice: {positional} and {named}")
        options[self.subject] = named or positional
        if not options[self.subject]:
            self.parser.error(f"--{self.subject} is required")

    def _refuse_bytes(self, options: dict[str, Any]) -> None:
        """What the shell gave and is not UTF-8: no database and no terminal takes it."""
        for option, value in options.items():
            try:
                str(value).encode()
            except UnicodeEncodeError:
                self.parser.error(f"--{option.replace('_', '-')} is not UTF-8")

    def act(self, *args: Any, **options: Any) -> Any:
        """Do it. `*args` is there so that a command may name the options it reads."""
        raise NotImplementedError

    def say(self, answer: Any, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder, ensure_ascii=False))
        else:
            self.stdout.write(self.text(answer))

    def text(self, answer: Any) -> str:
        """The answer for a person."""
        if isinstance(answer, list):
            return tables.rows(answer, self.columns)
        return tables.fields(answer, self.parts) if isinstance(answer, dict) else str(answer)
