"""Webhooks by form: the same law as the verbs."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField
from django.utils.translation import gettext_lazy as _

from books.errors import BooksError
from events.models import EventType, WebhookEndpoint
from events.webhooks.changing import Change, check_change
from workflows.errors import WorkflowsError

if TYPE_CHECKING:
    Form = ModelForm[WebhookEndpoint]
else:
    Form = ModelForm


class WebhookForm(Form):
    event_types = MultipleChoiceField(
        choices=EventType.choices,
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=_("None: all."),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("url", "event_types", "book", "enabled")

    @property
    def change(self) -> Change:
        """What the form asks for, in words."""
        said = self.cleaned_data
        book = said["book"].slug if said["book"] else ""
        return Change(said["url"], said["event_types"], book, enabled=said["enabled"])

    def clean(self) -> dict[str, Any] | None:
        if not self.errors:
            try:
                check_change(self.instance, self.change)
            except (BooksError, WorkflowsError) as refusal:
                about = "url" if "url" in str(refusal) else NON_FIELD_ERRORS
                raise ValidationError({about: str(refusal)}) from refusal
        return super().clean()
