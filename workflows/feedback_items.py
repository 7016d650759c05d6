"""What runs do about playtest feedback: a plan takes items up, a new version answers them.

One key is one matter: all open items of a book that share it are planned by the same run. So
whoever plans, lets go or takes in new items holds the book.
"""

from typing import Any

from artifacts import feedback_items
from artifacts.models import ArtifactType, FeedbackItem
from books.errors import nearest
from books.models import Book
from workflows.definitions.definition import StepSpec
from workflows.errors import Contradiction, InvalidInput
from workflows.inputs import chapters_of, made_of
from workflows.models import Step, StepStatus, WorkflowRun


def items_for(step: Step) -> list[dict[str, Any]]:
    """What playtests ask of this step, oldest first: of a plan all that is open of the book, of
    any other what its run planned about its chapter and about none."""
    items = FeedbackItem.objects.open().filter(book=step.run.book_id).for_json()
    if not plans(step.spec):
        items = items.filter(planned_by_run=step.run_id)
    if step.item:
        items = items.filter(chapter__in=["", step.item])
    return [item.as_json() for item in items]


def plans(spec: StepSpec) -> bool:
    """Whether the `answers` in a step's result are feedback items that it takes up."""
    takes = {wanted.artifact_type for wanted in spec.consumes}
    return spec.kind == "work" and not spec.foreach and ArtifactType.PLAYTEST_FEEDBACK in takes


def check_answers(step: Step, result: dict[str, Any]) -> None:
    """Refuse a plan that answers what is not open, or what another run has planned."""
    if "answers" not in result or not plans(step.spec):
        return
    if (keys := _keys(result)) is None:
        raise InvalidInput("the result's answers are not a list of keys of feedback items")
    run = step.run
    Book.objects.lock(run.book)
    planned = FeedbackItem.objects.open_by_key(run.book_id)
    for key in keys:
        if key not in planned:
            raise _not_open(run.book, key, planned)
        if (by := planned[key]) and by != run.pk:
            other = WorkflowRun.objects.get(pk=by)
            raise Contradiction(f'run {other} has planned the feedback item "{key}"; leave it out')


def plan(run: WorkflowRun) -> None:
    """Plan what the run's plans name and no other run has planned; let go of the rest."""
    Book.objects.lock(run.book)
    keys = _answers(run)
    FeedbackItem.objects.planned_by(run.pk).exclude(key__in=keys).update(planned_by_run=None)
    if keys:
        free = FeedbackItem.objects.open().filter(book=run.book_id, planned_by_run=None)
        free.filter(key__in=keys).update(planned_by_run=run)


def let_go(run: WorkflowRun) -> None:
    """What a run planned and will not answer can be planned again."""
    Book.objects.lock(run.book)
    FeedbackItem.objects.planned_by(run.pk).update(planned_by_run=None)


def settle(run: WorkflowRun) -> None:
    """A completed run's version answers what the run planned, if it revised anything; what it asks
    itself is open from now on. Needs a lock on the book."""
    if run.output_version_id and _revised(run):
        answered = FeedbackItem.objects.planned_by(run.pk)
        answered.update(answered_by_version=run.output_version_id)
    else:
        let_go(run)
    feedback_items.take_in(run.book_id, made_of(run, ArtifactType.PLAYTEST_FEEDBACK))


def _revised(run: WorkflowRun) -> bool:
    before = run.input_version.digests()
    return any(made.digest != before.get(slug) for slug, made in chapters_of(run).items())


def _answers(run: WorkflowRun) -> set[str]:
    done = [row for row in run.progress.rows if row.status == StepStatus.COMPLETED]
    return {key for row in done if plans(row.spec) for key in _keys(row.result) or ()}


def _keys(result: dict[str, Any]) -> list[str] | None:
    """None where they are no keys."""
    keys = result.get("answers", [])
    whole = isinstance(keys, list) and all(isinstance(key, str) for key in keys)
    return keys if whole else None


def _not_open(book: Book, key: str, planned: dict[str, int | None]) -> Exception:
    answered = FeedbackItem.objects.for_json().filter(book=book, key=key[:200]).last()
    if answered and answered.answered_by_version:
        number = answered.answered_by_version.number
        return Contradiction(f'version {number} has answered the feedback item "{key}" already')
    return InvalidInput(f'{book} has no open feedback item "{key}"{nearest(key, planned)}')
