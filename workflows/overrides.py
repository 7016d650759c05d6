"""What books do differently, asked for many runs at once."""

from collections.abc import Iterable

from books.models import BookWorkflowConfig
from workflows.models import WorkflowRun


def know_overrides(runs: Iterable[WorkflowRun]) -> None:
    """Give each of these runs its `overrides`; one query for all."""
    rows = list(runs)
    configs = BookWorkflowConfig.objects.filter(book__in={run.book_id for run in rows})
    found = {(one.book_id, one.workflow_type): dict(one.config) for one in configs}
    for run in rows:
        run.overrides = found.get((run.book_id, run.workflow_type), {})
