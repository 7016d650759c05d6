"""Verbs on the pages of the admin: one table of them for each model.

A verb has a page of its own, with what it takes and a button. Asking for that page changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse

from config import access
from config.admin.forms import VerbForm
from workflows.callers import Caller, Power


@dataclass(frozen=True)
class Asked:
    """A verb asked of a row by somebody; `row` is None for one that is asked of a list."""

    row: Any
    said: dict[str, Any]
    actor: str
    key: str = ""


@dataclass(frozen=True)
class Done:
    """What was done, in words; `at` is the row to go to then, instead of the one that was asked."""

    told: str
    at: Model | None = None


@dataclass(frozen=True)
class Foreseen:
    """What the verb would do, to be looked at before it is done; `template` says it."""

    template: str
    answer: dict[str, Any]
    worth_doing: bool = True


def never(_row: Any) -> str:
    return ""


@dataclass(frozen=True)
class Verb:
    """`hindered` answers why it cannot be done with a row as it stands; empty where it can. With
    `foresee` it is done only after that was shown. `stands` answers what is to be known of the row
    before it is done."""

    name: str
    label: str
    power: Power
    act: Callable[[Asked], Done]
    says: str
    form: type[VerbForm] = VerbForm
    hindered: Callable[[Any], str] = never
    look: str = "plain"
    foresee: Callable[[Asked], Foreseen] | None = None
    stands: Callable[[Any], str] = never

    def lacking(self, caller: Caller) -> str:
        """Why this caller may not, in words; empty where it may."""
        return access.lacking(caller, frozenset({self.power}))


@dataclass(frozen=True)
class Button:
    """What leads from a page to a verb, or to a page of the console."""

    label: str
    href: str
    look: str = "plain"


def offered(verbs: Iterable[Verb], row: Any, caller: Caller) -> list[Verb]:
    """Those that this caller may do with the row now."""
    return [verb for verb in verbs if not verb.lacking(caller) and not verb.hindered(row)]


def switches(
    turn: Callable[..., Done], named: Callable[[Any], str], *, on: str, off: str
) -> tuple[Verb, Verb]:
    """The two verbs of a row that is enabled or not; `turn` takes what is asked and `enabled`,
    `on` and `off` say what each changes."""

    def verb(name: str, says: str, *, enabled: bool, look: str = "plain") -> Verb:
        return Verb(
            name,
            name.capitalize(),
            Power.OPERATE,
            lambda asked: turn(asked, enabled=enabled),
            says,
            hindered=lambda row: f"{named(row)} is {name}d already" * (row.enabled is enabled),
            look=look,
        )

    return verb("enable", on, enabled=True, look="main"), verb("disable", off, enabled=False)


def to_console(label: str, page: str, *args: Any, look: str = "plain") -> Button:
    """A way to a page of the console."""
    return Button(label, reverse(f"console:{page}", args=args), look)


def page_of(row: Model, verb: str = "") -> str:
    """The address of a row in the admin, or of one of its verbs."""
    meta = row._meta  # noqa: SLF001 (Django documents it)
    name = f"admin:{meta.app_label}_{meta.model_name}_"
    if verb:
        return reverse(f"{name}do", args=[row.pk, verb])
    return reverse(f"{name}change", args=[row.pk])


def list_of(model: type[Model], **filters: Any) -> str:
    """The address of a list in the admin, of those rows alone."""
    meta = model._meta  # noqa: SLF001 (the same)
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{address}?{query}" if query else address
