"""What comes after a step was handed back."""

from workflows.models import RunStatus, Step

MOST_NAMED = 3


def what_follows(step: Step) -> str:
    """In words: what is open now of the same chapter, or that the run has ended."""
    run = Step.objects.numbered(step.pk).run
    if run.has_ended:
        return f"With it the run is {run.status}."
    if run.status == RunStatus.PAUSED:
        why = run.get_pause_reason_display().partition(": ")[2]
        return f"The run is paused: {why}."
    rows = [row for row in run.progress.rows if row.is_open and row.item in ("", step.item)]
    if not rows:
        return "The run waits for its other chapters."
    title = run.input_version.chapters.title_of(step.item) if step.item else ""
    named = [_named(row, title) for row in rows[:MOST_NAMED]]
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return f"What follows: {', '.join(named)}{more}."


def _named(row: Step, title: str) -> str:
    of = f" of “{title or row.item}”" if row.item else ""
    return f"{row.name}{of} by {row.agent}"
