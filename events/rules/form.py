"""Routing rules by form: the same law as `route_set`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import ChoiceField, ModelForm
from django.utils.translation import gettext_lazy as _

from books.errors import BooksError
from events.models import RoutingRule
from events.rules.changing import check
from workflows.errors import WorkflowsError
from workflows.models import WorkflowDefinition

if TYPE_CHECKING:

    class Form(ModelForm[RoutingRule]):
        def _get_validation_exclusions(self) -> set[str]: ...

else:
    Form = ModelForm


class RuleForm(Form):
    """Workflow types and steps are chosen from those there are, and what the rule has already."""

    class Meta:
        model = RoutingRule
        fields = "__all__"
        error_messages = {
            NON_FIELD_ERRORS: {
                "unique_together": _(
                    "There is a rule for this rejection type, workflow type and step already: "
                    "change that one."
                )
            }
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parsed = [row.parsed for row in WorkflowDefinition.objects.newest()]
        steps = [(spec, one.alias) for one in parsed for spec in one.steps]
        self._offer("workflow_type", _("all"), [(one.type, one.title) for one in parsed])
        judging = [(spec.name, alias) for spec, alias in steps if spec.judges]
        self._offer("step", _("all"), judging)
        work = [(spec.name, alias) for spec, alias in steps if not spec.judges]
        self._offer("rework_step", _("the nearest"), work)

    def clean(self) -> dict[str, Any] | None:
        if not self.errors:
            fields = {"pk": self.instance.pk, **self.cleaned_data}
            try:
                check(RoutingRule(**fields))
            except (BooksError, WorkflowsError) as refusal:
                raise ValidationError(str(refusal)) from refusal
        return super().clean()

    def _get_validation_exclusions(self) -> set[str]:
        """Nothing more is looked at once it is refused: one fault is told in one sentence."""
        return set(self.fields) if self.errors else super()._get_validation_exclusions()

    def _offer(self, field: str, empty: Any, pairs: Iterable[tuple[str, str]]) -> None:
        """Choices of (word, where it is from); a word from several places is offered once."""
        places: dict[str, list[str]] = {}
        for word, place in pairs:
            places.setdefault(word, []).append(place)
        if has := getattr(self.instance, field):
            places.setdefault(has, [])
        named = [(word, f"{word} ({', '.join(at)})") for word, at in places.items()]
        self.fields[field] = ChoiceField(choices=[("", empty), *named], required=False)
