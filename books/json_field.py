"""JSON in a form, as the commands take it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import JSONField
from django.forms.fields import InvalidJSONInput
from unfold.widgets import UnfoldAdminTextareaWidget

from books.plain_json import read_json


class ConfigField(JSONField):
    """Nothing is an empty object; what is refused stays as it was typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextareaWidget({"rows": 8, "class": "code", "spellcheck": "false"})
        super().__init__(required=False, initial=dict, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return read_json((value or "").strip() or "{}")
        except ValueError as error:
            raise ValidationError(f"no JSON: {error}") from error

    def bound_data(self, data: Any, initial: Any) -> Any:  # noqa: ARG002
        return InvalidJSONInput(data or "{}")
