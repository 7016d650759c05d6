"""The law of what may stand beside what, one sentence a function; each looks at all rows."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.law.picture import ENDED, LIVE, OPEN, Picture, Standing
from tests.law.verbs import Done


def attempts_are_numbered(done: Done) -> None:
    """The rows of one step and item are numbered without a gap, from 1 or from the copy that a
    rerun starts with; the last alone is the latest, and no other is live."""
    rows: dict[tuple[int, str, str], list[Any]] = defaultdict(list)
    for row in done.after.steps.values():
        rows[row.run_id, row.name, row.item].append(row)
    for key, attempts in rows.items():
        first = attempts[0].attempt if attempts[0].reused_from_id else 1
        numbers = [row.attempt for row in attempts]
        assert numbers == list(range(first, first + len(attempts))), (key, numbers)
        assert [bool(row.latest) for row in attempts] == [False] * (len(attempts) - 1) + [True], key
        assert all(row.status not in LIVE for row in attempts[:-1]), (key, attempts)


def live_rows_stand(done: Done) -> None:
    """What is live stands on what is done, and on nothing that was made again since."""
    for stand in _of_open_runs(done.after):
        for row in stand.latest.values():
            assert row.status not in LIVE or stand.stands(row), (stand.workflow, row)


def nothing_due_is_missing(done: Done) -> None:
    """Where all that a step needs is done, its attempt is there: live, or it rejected just that."""
    for stand in _of_open_runs(done.after):
        if stand.run.status == "pending":
            continue
        for name in stand.specs:
            for item in stand.items(name):
                if all(need and need.status == "completed" for need in stand.needs(name, item)):
                    row = stand.latest.get((name, item))
                    assert row, (stand.workflow, name, item)
                    judged = row.status == "rejected" and stand.stands(row)
                    assert row.status in LIVE or judged, (stand.workflow, row)


def open_rejections_await_their_review(done: Done) -> None:
    """A rejection is open until its review passes or is overridden, or its run ends."""
    for row in done.after.rejections.values():
        step = done.after.steps[row.step_id]
        before = done.before.rejections.get(row.id)
        if not row.resolved:
            latest = done.after.standings[row.run_id].latest[step.name, step.item]
            assert latest.status != "completed", (row, latest)
            assert not before or not before.resolved, "a rejection was opened again"
        elif not before or not before.resolved:
            _resolved_with_reason(done, row, step)


def _resolved_with_reason(done: Done, row: Any, step: Any) -> None:
    if done.after.runs[row.run_id].status == "failed":
        return
    if done.verb == "override":
        escalation = done.after.escalations[done.act.escalation or 0]
        passed = done.after.steps.get(row.resolved_by_step_id)
        mended = (
            passed
            and (passed.name, passed.item) == (step.name, step.item)
            and (passed.id != row.step_id and done.before.steps[passed.id].status == "rejected")
        )
        assert row.item == escalation.item or mended, (row, escalation)
    elif row.resolved_by_step_id:
        by = done.after.steps[row.resolved_by_step_id]
        assert by.id == done.act.step, (row, by)
        assert (by.name, by.item, by.status) == (step.name, step.item, "completed"), (row, by)
    else:
        assert done.after.runs[row.run_id].status == "completed", (done.verb, row)


def an_override_lets_pass(done: Done) -> None:
    """Overridden is what the reviews have open about that item; an attempt of which no other item
    is left open passes where it still stands, any other stays as it was."""
    if done.verb != "override" or done.refusal:
        return
    escalation = done.after.escalations[done.act.escalation or 0]
    ended = done.after.runs[escalation.run_id].status == "completed"
    was_open = [row for row in done.before.rejections.values() if not row.resolved]
    for pk in {row.step_id for row in was_open if row.escalation_id == escalation.id}:
        was, now = done.before.steps[pk], done.after.steps[pk]
        left = {row.item for row in was_open if row.step_id == pk} - {escalation.item}
        stands = was.latest and done.before.standings[was.run_id].stands(was)
        passes = was.status == "rejected" and stands and not left
        assert ended or now.status == ("completed" if passes else was.status), (now, left)


def every_escalation_has_its_rejection(done: Done) -> None:
    """An open escalation waits for a rejection that is open too."""
    waiting = {row.escalation_id for row in done.after.rejections.values() if not row.resolved}
    for found in done.after.open_escalations.values():
        assert {one.id for one in found} <= waiting, found


def nothing_is_open_on_an_ended_run(done: Done) -> None:
    """Where a run has ended, no step, rejection or escalation of it is open."""
    ended = {pk for pk, run in done.after.runs.items() if run.status in ENDED}
    for step in done.after.steps.values():
        assert step.run_id not in ended or step.status not in OPEN, step
    for row in done.after.rejections.values():
        assert row.run_id not in ended or row.resolved, row
    assert not ended & done.after.open_escalations.keys(), "an escalation outlived its run"


def what_completed_is_done(done: Done) -> None:
    """A run completes when every step of it is done, and then at once unless it is paused."""
    for pk, run in done.after.runs.items():
        if run.status == "completed" and done.before.runs[pk].status != "completed":
            assert done.after.standings[pk].done, run
        if run.status == "running":
            assert not done.after.standings[pk].done, run


def escalated_is_paused(done: Done) -> None:
    """While an escalation is open the run is paused; a run paused for one has one open."""
    waiting = done.after.open_escalations
    for pk, run in done.after.runs.items():
        assert pk not in waiting or run.status == "paused", (run.status, waiting[pk])
        assert run.pause_reason != "escalated" or pk in waiting, "paused for no escalation"


def no_run_is_stuck(done: Done) -> None:
    """On every open run a verb is possible other than to call it off."""
    for stand in _of_open_runs(done.after):
        if stand.run.status == "running":
            assert any(row.status in OPEN for row in stand.latest.values()), stand.workflow


def current_is_the_first_open_or_missing(done: Done) -> None:
    """The current step of an open run is the first with a row open or missing, its agent that of
    its oldest open row; a completed run has none."""
    for pk, run in done.after.runs.items():
        if run.status == "completed":
            assert (run.current_step, run.current_agent) == ("", ""), run
        elif run.status != "failed":
            current = _current(done.after.standings[pk])
            assert (run.current_step, run.current_agent) == current, (run, current)


def _current(stand: Standing) -> tuple[str, str]:
    for name, spec in stand.specs.items():
        mine = [row for row in stand.latest.values() if row.name == name]
        if openly := sorted((row for row in mine if row.status in OPEN), key=lambda row: row.id):
            return name, openly[0].agent
        rows = [stand.latest.get((name, item)) for item in stand.items(name)]
        if not all(row and row.status == "completed" for row in rows):
            return name, spec.agent
    return "", ""


def _of_open_runs(picture: Picture) -> Iterator[Standing]:
    return (one for one in picture.standings.values() if one.run.status not in ENDED)
