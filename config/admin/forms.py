"""What the verbs of the admin take."""

import json
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from books.api.bodies import MAX_NAME, MOST_OBJECT_BYTES
from books.plain_json import read_json

if TYPE_CHECKING:
    Line = forms.TextInput
else:
    Line = UnfoldAdminTextInputWidget
LONGEST_REASON = 10_000
MOST_OFFERED = 500


class Offering(Line):
    """A line to type in, with words offered for it; others may be typed."""

    words: tuple[tuple[str, str], ...] = ()
    """Each with what it stands for, if that is not plain."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"id_{name}_words"  # written by the page
        return context


class OfferingForm(forms.Form):
    """One that may offer words to take. Fields that know what to offer do so by themselves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if offer := getattr(field, "offer", None):
                offer()

    def offer(self, field: str, words: Any) -> None:
        """Words for a field that is an `offering`; so many, and no more."""
        self.fields[field].widget.words = tuple((word, "") for word in words[:MOST_OFFERED])


class VerbForm(OfferingForm):
    """A verb that takes nothing, for `row`. Its key tells a second press of the button from a
    second wish; what is in `after_refusal` is asked only once it was refused because work
    would be lost."""

    after_refusal: ClassVar[tuple[str, ...]] = ()
    asks_again = False
    """Whether what stands in the form is asked once more, by the fields in `after_refusal`."""
    shows_again: ClassVar[str] = ""
    """The button that shows the form anew, with what there is to choose by then."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=MAX_NAME, required=False)
    foreseen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data, initial={"key": secrets.token_hex(12)}, use_required_attribute=True)
        self.row = row
        self.suit(row)

    def suit(self, row: Any) -> None:
        """Offer what there is for this row."""

    @property
    def said(self) -> dict[str, Any]:
        """What was typed, without what the page itself added."""
        ours = VerbForm.base_fields
        return {name: value for name, value in self.cleaned_data.items() if name not in ours}

    @property
    def asked_about(self) -> str:
        """All that was typed, as one line: only what was foreseen of just that is then done."""
        return json.dumps(self.said, sort_keys=True)


def line(label: str, **more: Any) -> forms.CharField:
    widget = UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, max_length=MAX_NAME, widget=widget, **more)


def offering(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=MAX_NAME, widget=Offering(), **more)


def text(label: str, **more: Any) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=LONGEST_REASON, widget=widget, **more)


def switch(label: str, **more: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanWidget(), **more)


def choice(label: str, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, widget=UnfoldAdminSelectWidget(), **more)


def dress(fields: Iterable[forms.Field]) -> None:
    """Fields that an app made without the look of the admin."""
    for field in fields:
        if type(field.widget) is forms.Select and isinstance(field, forms.ChoiceField):
            field.widget = UnfoldAdminSelectWidget(choices=field.choices)


class Parameters(forms.CharField):
    """A JSON object, as the commands read one."""

    def __init__(self, **more: Any) -> None:
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"})
        super().__init__(required=False, widget=widget, **more)

    def clean(self, value: Any) -> dict[str, Any]:
        typed = super().clean(value)
        try:
            read = read_json(typed.strip() or "{}")
        except ValueError as error:
            raise forms.ValidationError(f"no JSON: {error}") from error
        if not isinstance(read, dict):
            raise forms.ValidationError('not a JSON object such as {"key": "value"}')
        if len(json.dumps(read, ensure_ascii=False).encode()) > MOST_OBJECT_BYTES:
            raise forms.ValidationError(f"more than {MOST_OBJECT_BYTES} bytes")
        return read


class Several(forms.Field):
    """Some of what is offered, each with a box to tick; who takes them judges the words."""

    def __init__(self, label: str, **more: Any) -> None:
        widget = forms.CheckboxSelectMultiple()
        super().__init__(label=label, required=False, widget=widget, **more)

    def clean(self, value: Any) -> list[str]:
        return [word.strip() for word in value or () if word.strip()]


class Reason(VerbForm):
    reason = text("Reason", required=False, help_text="It is kept with the event.")


class Because(VerbForm):
    reason = text("Reason", help_text="It is kept with the event.")
