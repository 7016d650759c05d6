"""The law, one sentence a function: each looks at one act and the rows around it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from tests.law import moves
from tests.law.legal import claimable, is_legal
from tests.law.picture import ENDED, LIVE, OPEN, Picture, Standing
from tests.law.replay import Replay
from tests.law.verbs import Done
from tests.law.world import rework_step

SEVERAL = ("claim", "sweep")  # verbs that may take back leases in any run


def refusals_are_the_illegal(done: Done) -> None:
    """Refused is what is illegal and nothing else, by one line, and it leaves no trace; text
    handed in under a lost lease is kept as a draft."""
    legal = is_legal(done.act, done.before, done.now)
    assert legal == (done.refusal is None), (legal, done.act, done.refusal)
    if done.refusal is None:
        return
    said = str(done.refusal)
    assert said.strip(), done.refusal
    assert "\n" not in said, said
    assert not done.after.events, [one.token for one in done.after.events]
    assert done.before.same(done.after), "a refusal changed a row"
    late = type(done.refusal).__name__ == "StaleLease"
    assert late or done.before.drafts == done.after.drafts, "a refusal kept a draft"


def statuses_are_legal(done: Done) -> None:
    """A run is pending, running, paused, completed or failed; only what failed or completed has
    an outcome, only what is paused a reason; a lease is held exactly while a step is running."""
    for run in done.after.runs.values():
        assert run.status in moves.RUN_STATUSES, run
        assert run.outcome in moves.OUTCOMES[run.status], run
        assert bool(run.pause_reason) == (run.status == "paused"), run
        assert bool(run.finished_at) == (run.status in ENDED), run
    for step in done.after.steps.values():
        assert step.status in moves.STEP_STATUSES, step
        assert bool(step.lease) == (step.status == "running"), step
        assert (step.lease_expires_at is None) == (step.status != "running"), step


def runs_move_by_the_table(done: Done) -> None:
    """A verb moves the run it is about as the law says, and no other; only taking back a worn
    lease may end another."""
    for pk, run in done.after.runs.items():
        before = done.before.runs.get(pk)
        move = (before.status if before else "none", run.status)
        if pk == done.run_id:
            assert done.refusal or move in moves.RUN_MOVES[done.verb], move
        elif done.verb in SEVERAL:
            assert move[0] == move[1] or move in moves.ENDS, move
        else:
            assert before == run, f"{done.verb} touched run {pk}"


def steps_move_by_the_table(done: Done) -> None:
    """The row a verb is about moves as the law says; others are made, made moot, closed, taken
    back or let pass, each by the verbs that may. What is ended stays as it is."""
    for pk, step in done.after.steps.items():
        before = done.before.steps.get(pk)
        move = (before.status if before else "none", step.status)
        if pk == done.act.step and not done.refusal and done.verb in moves.STEP_MOVES:
            idle = done.verb == "lease_runs_out" and done.answer is False
            assert idle or move in moves.STEP_MOVES[done.verb], (pk, move)
        elif move[0] != move[1]:
            allowed = moves.SIDE_MOVES.get(done.verb, frozenset())
            assert move in allowed or (done.verb == "claim" and move == ("ready", "running")), move
        elif done.verb not in SEVERAL:
            assert step.run_id == done.run_id or before == step, f"{done.verb} touched step {pk}"


def escalations_move_by_the_table(done: Done) -> None:
    """Rejections open them, humans take and resolve them, and the end of a run closes them."""
    for pk, one in done.after.escalations.items():
        before = done.before.escalations.get(pk)
        move = (before.status if before else "none", one.status)
        closed = move in moves.CLOSES and done.after.runs[one.run_id].status in ENDED
        if pk == done.act.escalation and not done.refusal:
            assert move in moves.ESCALATION_MOVES[done.verb], move
        elif move[0] != move[1] and not (closed and one.action == "closed"):
            assert move in moves.ESCALATION_MOVES.get(done.verb, frozenset()), (pk, move)


def news_are_by_the_table(done: Done) -> None:
    """Every verb leaves exactly its events, in order; those of a run hang on that run."""
    told: dict[int, str] = defaultdict(str)
    for one in done.after.events:
        told[one.run] += one.token + " "
    if done.refusal:
        assert not told, told
        return
    about = done.run_id
    if about:
        assert re.fullmatch(moves.NEWS[done.verb], told[about]), (done.verb, told[about])
    for run, tokens in told.items():
        if run != about:
            assert done.verb in SEVERAL, (done.verb, run, tokens)
            assert re.fullmatch(moves.NEWS[done.verb], tokens), tokens


def every_item_sent_back_is_followed(done: Done) -> None:
    """A rejection is recorded once for each item, and each is routed or escalated once, in order;
    the first that escalates pauses the run that was running, the others do not."""
    if done.refusal or done.verb not in ("reject", "request_changes"):
        return
    events = done.after.events
    sent = [one for one in events if one.type in ("routed", "escalated")]
    items = events[0].payload["items"]
    assert [one.payload["item"] for one in sent] == items, items
    made = [row for pk, row in done.after.rejections.items() if pk not in done.before.rejections]
    assert [row.item or None for row in made] == items
    assert [one.payload["rejection"] for one in sent] == [row.id for row in made]
    running = done.before.runs[done.run_id or 0].status == "running"
    first = next((one for one in sent if one.type == "escalated"), None)
    paused = [place for place, one in enumerate(events) if one.type == "paused"]
    assert paused == ([events.index(first) + 1] if running and first else []), "paused wrongly"


def escalation_is_at_the_limit(done: Done) -> None:
    """A review's rejection escalates when its count reaches the limit of the book, else of the
    rule, or nothing upstream can mend it; a gate's never does."""
    if done.refusal or done.verb not in ("reject", "request_changes"):
        return
    step = done.after.steps[done.after.events[0].step or 0]
    stand = done.after.standings[step.run_id]
    for one in done.after.events:
        if one.type not in ("routed", "escalated"):
            continue
        told = one.payload
        kind = told["rejection_type"]
        limit = done.after.world.limit(stand.run.book_id, stand.workflow, step.name, kind)
        assert told["max_retries"] == limit, told
        over = told["retry_count"] >= limit or not rework_step(stand.workflow, step.name, kind)
        assert (one.type == "escalated") == (over and step.kind == "review"), told


def counts_equal_rows(done: Done, log: Replay) -> None:
    """The count of a rejection is the number of its kind in the log, about its item in its run,
    since the last retry; and the rows say the same."""
    last: dict[tuple[int, str, str], int] = {}
    counted: dict[tuple[int, str, str], int] = defaultdict(int)
    for row in done.after.rejections.values():
        key = (row.run_id, row.item, row.rejection_type)
        counted[key] += bool(row.counted)
        last[key] = row.retry_count if row.counted else 0
        assert not row.counted or row.retry_count == counted[key], row
    for key, count in last.items():
        assert log.counts[key] == count == counted[key], (key, log.counts[key], count)


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
    if row.resolved_by_step_id:
        by = done.after.steps[row.resolved_by_step_id]
        assert (by.name, by.item, by.status) == (step.name, step.item, "completed"), (row, by)
    elif done.verb == "override":
        escalation = done.after.escalations[done.act.escalation or 0]
        assert row.item == escalation.item, (row, escalation)
    else:
        assert done.after.runs[row.run_id].status in ENDED, (done.verb, row)


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


def the_oldest_is_claimed(done: Done) -> None:
    """A claim takes the oldest ready step of its agents, or answers that there is none."""
    if done.verb != "claim" or done.refusal:
        return
    free = claimable(done.act, done.before, done.now)
    taken = done.answer["step"]["id"] if done.answer else None
    assert taken == (free[0] if free else None), (taken, free)


def the_log_tells_all(done: Done, log: Replay) -> None:
    """From the events alone follow the statuses of all runs, steps and escalations."""
    after = done.after
    told = {pk: (run.status, run.pause_reason, run.outcome) for pk, run in after.runs.items()}
    assert log.runs == told
    for pk, step in after.steps.items():
        assert log.steps.get(pk, "ready") == step.status, (pk, log.steps.get(pk), step)
    assert log.escalations == {pk: one.status for pk, one in after.escalations.items()}


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


OF_AN_ACT: tuple[Callable[[Done], None], ...] = (
    refusals_are_the_illegal,
    statuses_are_legal,
    runs_move_by_the_table,
    steps_move_by_the_table,
    escalations_move_by_the_table,
    news_are_by_the_table,
    every_item_sent_back_is_followed,
    escalation_is_at_the_limit,
    attempts_are_numbered,
    live_rows_stand,
    open_rejections_await_their_review,
    nothing_is_open_on_an_ended_run,
    what_completed_is_done,
    escalated_is_paused,
    no_run_is_stuck,
    the_oldest_is_claimed,
    current_is_the_first_open_or_missing,
)
OF_THE_LOG: tuple[Callable[[Done, Replay], None], ...] = (counts_equal_rows, the_log_tells_all)


def check(done: Done, log: Replay) -> None:
    """All of it. `log` has followed the events up to now."""
    for law in OF_AN_ACT:
        law(done)
    for one in OF_THE_LOG:
        one(done, log)
