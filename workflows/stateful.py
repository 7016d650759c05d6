"""What django-fsm lacks: types, a refresh that sees the status, a save that cannot overwrite."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Self, TypeVar

import django_fsm
from django.db import models

Verb = TypeVar("Verb", bound=Callable[..., Any])
Guard = Callable[[Any], bool]


def status_field(choices: type[models.TextChoices], first: str) -> Any:
    """A status that only `@transition` verbs change."""
    return django_fsm.FSMField(
        max_length=20, choices=choices.choices, default=first, protected=True
    )


def one_of(*statuses: str) -> Any:
    """The target of a verb whose return value says which of these statuses follows."""
    return django_fsm.RETURN_VALUE(*statuses)


def transition(
    field: Any, *, source: str | Sequence[str], target: Any, guards: Iterable[Guard] = ()
) -> Callable[[Verb], Verb]:
    """A verb of the law. A guard's docstring says why the verb is refused."""

    def law(method: Verb) -> Verb:
        verb: Verb = django_fsm.transition(
            field=field, source=source, target=target, conditions=list(guards)
        )(method)
        return verb

    return law


class StatefulModel(models.Model):
    """A row with a status, which remembers the columns the database last had."""

    # The columns that must still be what they were for a save to count.
    guarded: ClassVar[tuple[str, ...]] = ("status",)

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Insert it. What is there already is saved by the door alone."""
        if not self._state.adding:
            raise TypeError(f"{self} is saved through workflows.lifecycle alone")
        super().save(**kwargs)

    @property
    def noun(self) -> str:
        """What to call the row in a refusal."""
        raise NotImplementedError

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        row.remember()
        return row

    def refresh_from_db(
        self, using: Any = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        names = list(fields or self._columns())
        kept = self.__dict__.pop("status", None) if "status" in names else None
        try:
            super().refresh_from_db(using=using, fields=names, from_queryset=from_queryset)
        except BaseException:
            if kept is not None:
                self.__dict__["status"] = kept
            raise
        self._known.update({name: self.__dict__[name] for name in names if name in self.__dict__})

    def remember(self) -> None:
        """Take the row as it is now for what the database has."""
        self._known = self._columns()

    def changes(self) -> dict[str, Any]:
        """The columns that differ from what the database has."""
        return {
            name: value for name, value in self._columns().items() if value != self._known[name]
        }

    def save_changes(self) -> bool:
        """One conditional UPDATE of the changed columns; False when another was faster."""
        changes = self.changes()
        if not changes:
            return True
        still = {name: self._known[name] for name in self.guarded}
        rows = type(self)._base_manager.filter(pk=self.pk, **still)  # noqa: SLF001
        if not rows.update(**changes):
            return False
        self.remember()
        return True

    def _columns(self) -> dict[str, Any]:
        return {
            field.attname: self.__dict__[field.attname]
            for field in self._meta.concrete_fields
            if field.attname in self.__dict__
        }
