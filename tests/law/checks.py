"""The law, one sentence a function: each looks at one act and the rows around it."""

import json
import re
from collections import defaultdict
from collections.abc import Callable

from tests.law import firings, moves, products, standing
from tests.law.legal import claimable, is_legal
from tests.law.picture import ENDED, Standing
from tests.law.replay import Replay
from tests.law.verbs import Done
from tests.law.world import handler, rework_step

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


def late_text_is_kept(done: Done) -> None:
    """What comes in under a lost lease is refused, and its text kept as its worker's draft."""
    if type(done.refusal).__name__ != "StaleLease" or done.verb != "complete":
        return
    step = done.before.steps[done.act.step or 0]
    stand = done.before.standings[step.run_id]
    if any(not wanted.optional for wanted in stand.specs[step.name].produces):
        kept = {(row.step_id, row.worker) for row in done.after.drafts}
        assert (step.id, done.act.actor) in kept, (step, kept)


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
    lease may end another, and only what a trigger starts is new beside it."""
    started = firings.targets(done)
    for pk, run in done.after.runs.items():
        before = done.before.runs.get(pk)
        move = (before.status if before else "none", run.status)
        if pk == done.run_id:
            assert done.refusal or move in moves.RUN_MOVES[done.verb], move
        elif pk in started:
            assert move == moves.STARTED, move
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
    """Every verb leaves exactly its events, in order; those of a run hang on that run, and so do
    those of a run that a trigger starts."""
    told: dict[int, str] = defaultdict(str)
    for one in done.after.events:
        told[one.run] += one.token + " "
    if done.refusal:
        assert not told, told
        return
    about, started = done.run_id, firings.targets(done)
    if about:
        assert re.fullmatch(moves.NEWS[done.verb], told[about]), (done.verb, told[about])
    for run, tokens in told.items():
        if run in started:
            assert re.fullmatch(moves.STARTED_NEWS, tokens), (done.verb, run, tokens)
        elif run != about:
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


def rework_is_handed_over(done: Done) -> None:
    """What is routed is made again at the step and by the agent that the rules say, for that item
    and with the rejection as feedback."""
    for one in done.after.events:
        if one.type != "routed":
            continue
        stand, told = done.after.standings[one.run], one.payload
        rejecting = done.after.steps[one.step or 0].name
        to_step, agent = _rework(done, stand, rejecting, told["rejection_type"])
        for made in told["attempts"]:
            row = done.after.steps[made["step"]]
            assert (row.name, row.agent) == (to_step, agent), (row, to_step, agent)
            assert told["rejection"] in json.loads(row.feedback), (row, told)
        made_for = {one["item"] or "" for one in told["attempts"]}
        assert made_for in (set(), _items_to_rework(stand, told["item"], to_step)), told
        assert not told["attempts"] or done.after.runs[one.run].status != "failed"


def _rework(done: Done, stand: Standing, rejecting: str, kind: str) -> tuple[str, str]:
    """Where rework goes and who does it: as a human named it, else as the rules say."""
    named = done.act.get("to_step") if done.verb != "reject" else ""
    to_step = named or rework_step(stand.workflow, rejecting, kind) or rejecting
    by_human = done.act.get("agent") if done.verb == "retry" else ""
    if to_step == rejecting:
        return to_step, by_human or stand.specs[rejecting].agent
    own = stand.specs[to_step]
    return to_step, by_human or handler(stand.workflow, rejecting, kind, own)


def _items_to_rework(stand: Standing, item: str | None, to_step: str) -> set[str]:
    """Of a step per chapter the chapter that was rejected; of a whole that a human sends back to
    such a step, every chapter in scope."""
    if not stand.specs[to_step].foreach:
        return {""}
    return {item} if item else set(stand.scope)


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


OF_AN_ACT: tuple[Callable[[Done], None], ...] = (
    refusals_are_the_illegal,
    late_text_is_kept,
    statuses_are_legal,
    runs_move_by_the_table,
    steps_move_by_the_table,
    escalations_move_by_the_table,
    news_are_by_the_table,
    every_item_sent_back_is_followed,
    escalation_is_at_the_limit,
    rework_is_handed_over,
    standing.attempts_are_numbered,
    standing.live_rows_stand,
    standing.nothing_due_is_missing,
    standing.open_rejections_await_their_review,
    standing.an_override_lets_pass,
    standing.every_escalation_has_its_rejection,
    standing.nothing_is_open_on_an_ended_run,
    standing.what_completed_is_done,
    standing.escalated_is_paused,
    standing.no_run_is_stuck,
    the_oldest_is_claimed,
    standing.current_is_the_first_open_or_missing,
    products.the_latest_is_what_completed_last,
    products.what_is_used_is_older,
    products.artifacts_are_of_their_run,
    firings.each_end_is_decided_once,
    firings.each_fires_as_it_says,
    firings.a_target_follows_its_source,
    firings.no_target_without_a_firing,
    firings.chains_end,
    firings.what_fires_is_told,
    firings.firings_stay,
    firings.asking_leaves_the_source,
    firings.only_who_sets_a_trigger_changes_it,
)
OF_THE_LOG: tuple[Callable[[Done, Replay], None], ...] = (counts_equal_rows, the_log_tells_all)


def check(done: Done, log: Replay) -> None:
    """All of it. `log` has followed the events up to now."""
    for law in OF_AN_ACT:
        law(done)
    for one in OF_THE_LOG:
        one(done, log)
