"""What an object's page shows besides its fields: facts at a glance, a drawing, rows that bear on
it. All of it is escaped by the templates."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from books.admin.columns import age
from config.admin.verbs import Button, page_of

FEW = 10
LONGEST = 20_000  # letters of what is shown as JSON


@dataclass(frozen=True)
class Cell:
    """A text; what kind of text, by which it is shown: a `tag` in the colour of its word, `soft`,
    `code`; and where it leads."""

    text: Any
    look: str = ""
    href: str = ""

    @property
    def words(self) -> str:
        """Of a tag, as one says it."""
        return str(self.text).replace("_", " ")

    @property
    def blank(self) -> bool:
        return self.text in ("", None)

    @property
    def age(self) -> str:
        """Of a time, how long ago it was; empty of anything else."""
        return age(self.text, timezone.now()) if isinstance(self.text, datetime) else ""


@dataclass(frozen=True)
class Fact:
    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """Some rows of a kind; `more` leads to the list of all of them, where there are more, and
    `left` is how many, where that is told."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    more: str = ""
    empty: str = ""
    left: int = 0

    @property
    def headed(self) -> list[list[tuple[str, Cell]]]:
        """Each cell with its head, which stands beside it where there is no room for columns."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Sheet:
    facts: Sequence[Fact] = ()
    links: Sequence[Button] = ()
    drawing: str = ""
    """SVG of our own drawing, which escapes every label."""
    drawing_title: str = ""
    tables: Sequence[Table] = ()
    texts: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = field(default_factory=tuple)


def fact(label: str, *cells: Cell | None) -> list[Fact]:
    """None where there is nothing to say."""
    said = [cell for cell in cells if cell and not cell.blank]
    return [Fact(label, said)] if said else []


def linked(row: Model | None, text: Any = None, look: str = "") -> Cell | None:
    """What leads to a row, named as it names itself unless told otherwise."""
    return Cell(str(row) if text is None else text, look, page_of(row)) if row else None


def tag(word: str) -> Cell:
    return Cell(word, "tag")


def soft(said: Any) -> Cell:
    return Cell("" if said is None else said, "soft")


def some(rows: QuerySet[Any], most: int = FEW) -> tuple[list[Any], bool]:
    """The first of them, and whether there are more. One query, that counts nothing."""
    found: list[Any] = list(rows[: most + 1])
    return found[:most], len(found) > most


def tabled(rows: Iterable[Sequence[Cell | None]]) -> list[list[Cell]]:
    return [[cell or Cell("") for cell in row] for row in rows]


def as_text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)[:LONGEST]
