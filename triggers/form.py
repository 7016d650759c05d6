"""Triggers by form: the same law as `trigger_set`."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import ChoiceField, ModelForm
from django.utils.translation import gettext_lazy as _

from books.errors import BooksError
from books.json_field import ConfigField
from triggers.changing import settle
from triggers.models import WorkflowTrigger
from triggers.terms import Config, keys_of
from workflows.errors import WorkflowsError
from workflows.models import WorkflowDefinition

if TYPE_CHECKING:
    Form = ModelForm[WorkflowTrigger]
else:
    Form = ModelForm


class TriggerForm(Form):
    """Workflow types are chosen from those there are, and what the trigger has already."""

    config = ConfigField(
        help_text=_("A JSON object. Its keys: %(keys)s.") % {"keys": ", ".join(keys_of(Config))},
    )

    class Meta:
        model = WorkflowTrigger
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = {row.type: row.parsed.title for row in WorkflowDefinition.objects.newest()}
        for field in ("source_workflow_type", "target_workflow_type"):
            has = getattr(self.instance, field)
            offered = {**types, has: types.get(has, has)} if has else {"": "---------", **types}
            self.fields[field] = ChoiceField(choices=list(offered.items()))

    def clean(self) -> dict[str, Any] | None:
        if not self.errors:
            trigger = WorkflowTrigger(**{"name": self.instance.name, **self.cleaned_data})
            try:
                settle(trigger)
            except (BooksError, WorkflowsError) as refusal:
                about = "config" if str(refusal).startswith("config") else NON_FIELD_ERRORS
                raise ValidationError({about: str(refusal)}) from refusal
            self.cleaned_data["config"] = trigger.config
        return super().clean()
