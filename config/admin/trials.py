"""Dry runs on the page: what a rule or trigger would do as it is being edited, or as it was saved.

Who edits sends the whole form, with what to try it on; nothing of it is saved. Who only looks asks
of what was saved, by GET.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse

from config import errors
from config.admin.forms import OfferingForm, dress
from config.admin.pages import ObjectPage

TRY = "_try"
PREFIX = "try"

if TYPE_CHECKING:
    Editing = forms.ModelForm[Any]
else:
    Editing = object


class TrialForm(OfferingForm):
    """What a rule or a trigger is tried on."""

    def answer(self, row: Any) -> dict[str, Any]:
        """What it would do. Raises what the apps refuse."""
        raise NotImplementedError


@dataclass
class Trial:
    """A form, with what came of it once it was asked."""

    form: TrialForm
    answer: dict[str, Any] | None = None
    refusal: errors.Refusal | None = None


def tried(kind: type[TrialForm], row: Any, data: Mapping[str, Any]) -> Trial:
    trial = Trial(kind(data, prefix=PREFIX))
    if not trial.form.is_valid():
        return trial
    try:
        trial.answer = trial.form.answer(row)
    except Exception as error:
        trial.refusal = errors.for_people(error)
        if trial.refusal is None:
            raise
    return trial


class TriedForm(Editing):
    """A form of the admin that is not taken for sound when it was only to be tried: then Django
    shows it again as it was typed, and saves nothing."""

    trial: Trial | None = None
    trial_form: ClassVar[type[TrialForm]] = TrialForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())

    def is_valid(self) -> bool:
        sound = super().is_valid()
        if not sound or TRY not in self.data:
            return sound
        self.trial = tried(self.trial_form, self.instance, self.data)
        return False


class TryingPage(ObjectPage):
    """A page with a dry run below its fields; `trying` is the template of what came of it."""

    trial_form: ClassVar[type[TrialForm]] = TrialForm
    trying: ClassVar[str] = ""

    class Media(ObjectPage.Media):
        js = ("bindery/try.js",)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        trial = getattr(context["adminform"].form, "trial", None)
        if trial is None and row is not None and TRY in request.GET:
            trial = tried(self.trial_form, row, request.GET)
        trial = trial or Trial(self.trial_form(prefix=PREFIX))
        edits = self.has_change_permission(request, row)
        sent_with = f"{self.opts.model_name}_form" if edits else "dry-run-form"
        for field in trial.form.fields.values():
            field.widget.attrs["form"] = sent_with
        told = {"trying": self.trying, "trial": trial, "sent_with": sent_with, "edits": edits}
        return super().render_change_form(request, context | told, *args, **kwargs)
