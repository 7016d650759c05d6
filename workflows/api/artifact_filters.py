"""What artifacts are asked for in a query string."""

from typing import Any

from django import forms
from django_filters import CharFilter
from drf_spectacular.utils import extend_schema_field

from artifacts.models import ArtifactType
from artifacts.models.artifact import ArtifactQuerySet
from books.api.filters import Filters, Word
from books.moments import moment
from workflows.finding import Words, found
from workflows.models import RunStatus


class MomentField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        if not (word := super().to_python(value)):
            return None
        try:
            return moment(word)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


@extend_schema_field({"type": "string", "format": "date-time"})
class Moment(CharFilter):
    """A date or a time; UTC where it names no offset."""

    field_class = MomentField


@extend_schema_field({"type": "boolean", "enum": [True]})
class Only(Word):
    """`true`: only such. Left out: all."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[("true", "true")], **more)


class ArtifactFilters(Filters):
    """All together lead to the rows (`workflows.finding`), not one after the other."""

    run = CharFilter(max_length=500)
    book = CharFilter(max_length=500)
    artifact_type = Word(choices=ArtifactType.choices)
    workflow_type = CharFilter(max_length=500)
    for_workflow_type = CharFilter(
        max_length=500, help_text="What that may take from upstream of `book`."
    )
    path = CharFilter(max_length=500, strip=False)
    status = Word(choices=RunStatus.choices, help_text="Of its run.")
    latest = Only(help_text="Of each book, type, item and path what a run made that ended last.")
    stale = Only(help_text="Made from a text that has changed since.")
    after = Moment(help_text="It is included.")
    before = Moment(help_text="It is not included.")

    def filter_queryset(self, queryset: Any) -> ArtifactQuerySet:  # noqa: ARG002
        asked: dict[str, Any] = {
            name: value for name, value in self.form.cleaned_data.items() if value
        }
        asked.pop("stale", None)  # worked out of what is read, page by page
        latest = asked.pop("latest", "") == "true"
        return found(Words(**asked, latest=latest))
