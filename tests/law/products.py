"""What artifacts of a book are the latest, and what they were made from."""

from typing import Any

from tests.law.picture import Picture
from tests.law.verbs import Done


def the_latest_is_what_completed_last(done: Done) -> None:
    """Of a book, type, item and path the latest is what was delivered by a live completed step,
    its own or one it reuses, of the run that completed last."""
    before, after = done.before, done.after
    expected = {_place(made): made.id for made in before.artifacts if made.latest}
    for run in after.runs.values():
        was = before.runs.get(run.id)
        if run.status == "completed" and not (was and was.status == "completed"):
            expected |= {_place(made): made.id for made in delivered(after, run.id)}
    assert {made.id for made in after.artifacts if made.latest} == set(expected.values())


def _place(made: Any) -> tuple[Any, ...]:
    return made.book_id, made.artifact_type, made.item, made.path


def delivered(picture: Picture, run: int) -> list[Any]:
    """What the live completed steps of a run delivered, those that it reuses too."""
    rows = [row for row in picture.standings[run].rows if row.status == "completed"]
    makers = {row.reused_from_id or row.id for row in rows}
    return [one for one in picture.artifacts if one.step_id in makers and one.delivered]


def what_is_used_is_older(done: Done) -> None:
    """Nothing is given to a step that was made by it, or by a step of another book."""
    steps = done.after.steps
    made = {one.id: one for one in done.after.artifacts}
    for use in done.after.uses:
        artifact = made[use.artifact_id]
        assert artifact.step_id != use.step_id, use
        run = done.after.runs[steps[use.step_id].run_id]
        assert artifact.book_id == run.book_id, use


def artifacts_are_of_their_run(done: Done) -> None:
    """What an artifact says of its run is what its run says."""
    for made in done.after.artifacts:
        run = done.after.runs[made.run_id]
        workflow = done.after.standings[run.id].workflow
        assert (made.book_id, made.workflow_type) == (run.book_id, workflow), made
