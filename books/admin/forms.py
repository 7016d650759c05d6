"""Books and settings by form: the same law as the commands."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.forms import ModelForm

from books.configs import checked
from books.errors import BooksError
from books.exchange.tables import whole_path
from books.json_field import ConfigField
from books.models import Book, BookWorkflowConfig, Setting

if TYPE_CHECKING:
    BooksForm = ModelForm[Book]
    SettingsForm = ModelForm[Setting]
    ConfigsForm = ModelForm[BookWorkflowConfig]
else:
    BooksForm = SettingsForm = ConfigsForm = ModelForm


def folder(word: str) -> str:
    """The whole path of that folder on the server; empty for none. Raises ValidationError."""
    try:
        return str(whole_path(word)) if word else ""
    except BooksError as refusal:
        raise ValidationError(str(refusal)) from refusal


class BookForm(BooksForm):
    def clean_source_path(self) -> str:
        return folder(self.cleaned_data["source_path"])


class SettingForm(SettingsForm):
    def clean_source_path(self) -> str:
        return folder(self.cleaned_data["source_path"])


class ConfigForm(ConfigsForm):
    """The same rules as `book_config`."""

    config = ConfigField()

    def clean_config(self) -> dict[str, Any]:
        try:
            return checked(self.cleaned_data["config"] or {})
        except BooksError as refusal:
            raise ValidationError(str(refusal)) from refusal
