"""The version a run makes: handed out at the claim of its last work, by digest."""

from books import registry
from books.models import Book, BookVersion
from workflows.errors import Contradiction
from workflows.inputs import chapters_of
from workflows.models import Step, StepKind, StepStatus, WorkflowRun


def hand_to(run: WorkflowRun) -> bool:
    """Give a makes_version step its version; the same one when it is claimed again.

    False while another open run of the book holds one. Raises Contradiction when others have
    changed its chapters since the run's input, also since the gate was approved.
    """
    Book.objects.lock(run.book)
    others = WorkflowRun.objects.open().filter(book=run.book).exclude(pk=run.pk)
    if others.exclude(handed_version=None).exists():
        return False
    refuse_conflicts(run)
    latest = BookVersion.objects.latest_of(run.book)
    revised = chapters_of(run)
    run.handed_version = registry.revise(
        run.book,
        run.input_version if run.input_pinned else latest,
        {slug: made.content().decode() for slug, made in revised.items()},
        made_by_run_id=run.pk,
        made_from={slug: made.pk for slug, made in revised.items()},
        same_as=[run.input_version],
    )
    return True


def refuse_conflicts(run: WorkflowRun) -> None:
    """Refuse chapters that others have changed since the run's input.

    Others are the latest version, and runs approved and not yet ended. Raises Contradiction
    naming chapters and where the other text comes from.
    """
    if run.input_pinned or not run.definition.parsed.makes_version:
        return
    Book.objects.lock(run.book)
    before = run.input_version.digests()
    mine = {slug: made.digest for slug, made in chapters_of(run).items()}
    for whose, theirs in _others(run, before):
        clash = [slug for slug in mine if theirs.get(slug) not in (before[slug], mine[slug])]
        if clash:
            raise Contradiction(
                f"{', '.join(clash)} changed since {run.input_version.number} in {whose}; "
                "request changes, or run it again on the latest version"
            )


def _others(run: WorkflowRun, before: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """Who else may have changed the book's chapters since `before`, and to what digests."""
    latest = BookVersion.objects.latest_of(run.book)
    made_by = f" (run {latest.made_by_run})" if latest.made_by_run else ""
    found = [
        (
            f"version {latest.number}{made_by}",
            latest.digests(),
        )
    ]
    approved = Step.objects.filter(kind=StepKind.GATE, status=StepStatus.COMPLETED)
    runs = WorkflowRun.objects.with_all().open().filter(book=run.book, steps__in=approved)
    for other in runs.exclude(pk=run.pk).distinct():
        texts = {slug: made.digest for slug, made in chapters_of(other).items()}
        found.append((f"run {other}", {**before, **texts}))
    return found
