"""What became of triggers: `firings/`."""

from typing import Any

from django_filters import CharFilter

from books.api.endpoint import Listing
from books.api.filters import Filters, Named, Word
from triggers.api.nouns import FiringNoun
from triggers.models import Result, TriggerFiring
from workflows.models import WorkflowRun


class OfTrigger(CharFilter):
    """By a trigger's name, also of one that is gone."""

    def filter(self, rows: Any, name: str) -> Any:
        return rows.of(name) if name else rows


class FiringFilters(Filters):
    trigger = OfTrigger(max_length=500)
    source_run = Named(WorkflowRun.objects.named, "source_run")
    result = Word(choices=Result.choices)


class Firings(Listing):
    """The newest first."""

    queryset = TriggerFiring.objects.for_json()
    filterset_class = FiringFilters
    serializer_class = FiringNoun
