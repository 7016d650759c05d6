"""What was changed by another while a form stood open is not silently taken back by it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction
from django.db.models import Manager, Model
from django.forms import ModelForm

AS_READ = "_as_read"
LONGEST_TOLD = 200

if TYPE_CHECKING:
    Form = ModelForm[Any]
else:
    Form = object


class Meanwhile(Form):
    """For a form of a row there is. It goes out with a digest of each value, as the row stood; a
    value that has changed since, and that the form would change back, is told once; so is one that
    the page did not have yet. Sent again after that, it counts."""

    told = False

    @property
    def as_read(self) -> str:
        """The digests that the page is to send: still those of before while nobody was told."""
        sent = "" if self.told else self.data.get(AS_READ, "")
        return sent or json.dumps({name: _digest(has) for name, has in self.initial.items()})

    def clean(self) -> Any:
        cleaned = super().clean()
        sent = _read(self.data.get(AS_READ, ""))
        others = [
            name
            for name in self.changed_data
            if sent and name in self.initial and sent.get(name) != _digest(self.initial[name])
        ]
        if others:
            self.told = True
            now = "; ".join(
                f"{self[name].label} is now {_said(self.instance, name)}" for name in others
            )
            self.add_error(
                None,
                f"Changed by another meanwhile: {now}. Nothing is saved. Save again to put in its "
                "place what stands below.",
            )
        return cleaned


def held(form: type[Any]) -> type[Any]:
    """That form, which takes nothing back unsaid."""
    return type(form.__name__, (Meanwhile, form), {})


@contextmanager
def alone_with(row: Model) -> Iterator[None]:
    """Whoever else saves this row waits until it is saved here, and then finds it changed. A
    database that locks no rows lets one transaction write at a time, from its beginning."""
    rows = type(row)._base_manager  # noqa: SLF001 (Django documents it)
    with transaction.atomic(using=rows.db):
        if connections[rows.db].features.has_select_for_update:
            rows.select_for_update(no_key=True).filter(pk=row.pk).values_list("pk").first()
        yield


def _read(sent: str) -> dict[str, str]:
    """The digests; none where they are missing or no such thing."""
    try:
        read = json.loads(sent)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _digest(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, Model) for one in value):
        value = sorted(one.pk for one in value)
    plain = json.dumps(value, sort_keys=True, default=str)
    return sha256(plain.encode(errors="replace")).hexdigest()[:16]


def _said(row: Model, name: str) -> str:
    """What a field of it holds, as one says it."""
    meaning = getattr(row, f"get_{name}_display", None)
    value = meaning() if meaning else getattr(row, name, "")
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Manager):
        value = ", ".join(sorted(str(one) for one in value.all()))
    elif isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    word = str("" if value is None else value)
    return f"“{word[:LONGEST_TOLD]}”" if word else "empty"
