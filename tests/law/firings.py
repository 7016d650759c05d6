"""The law of triggers, one sentence a function: what fires when, and what comes of it."""

import json
from typing import Any

from tests.law.occasions import Occasion, takes, version_of
from tests.law.picture import Picture
from tests.law.sayings import CHAIN_LIMIT
from tests.law.verbs import Done


def fresh(done: Done) -> list[Any]:
    """The firings that came of an act."""
    return [one for pk, one in done.after.firings.items() if pk not in done.before.firings]


def targets(done: Done) -> set[int]:
    """The runs that came of them."""
    return {one.target_run_id for one in fresh(done) if one.target_run_id}


def each_end_is_decided_once(done: Done) -> None:
    """When a run completes, each enabled trigger that takes its type and is not manual leaves one
    firing that hangs on just that event; a request leaves one on its own; nothing else does."""
    expected = []
    for one in done.after.events:
        if one.type == "completed" and not one.step:
            run = done.after.runs[one.run]
            expected += [
                (trigger.name, run.id, one.id, False)
                for trigger in done.before.triggers.values()
                if trigger.enabled
                and trigger.trigger_condition != "manual"
                and takes(trigger, done.after, run)
            ]
    if done.verb == "trigger_fire" and not done.refusal:
        event = done.after.events[-1].id
        expected.append((done.act.get("trigger"), done.act.run, event, True))
    made = [
        (one.trigger_id, one.source_run_id, one.event_id, bool(one.requested))
        for one in fresh(done)
    ]
    assert made == expected, (made, expected)


def each_fires_as_it_says(done: Done) -> None:
    """A firing is fired where every clause holds; else it is skipped, or failed where the run
    could not be started, and names the first that does not; it keeps what its trigger said."""
    for one in fresh(done):
        occasion = _occasion(done, one)
        clause = occasion.clause(requested=bool(one.requested), now=done.now)
        result = {"": "fired", "target": "failed"}.get(clause, "skipped")
        assert one.result == result, (one, clause)
        assert bool(one.target_run_id) == (result == "fired"), one
        assert not clause or one.reason.startswith(f"{clause}: "), (one.reason, clause)
        terms = json.loads(one.terms)
        assert (terms["name"], terms["config"]) == (one.trigger_id, occasion.config), one


def a_target_follows_its_source(done: Done) -> None:
    """What a trigger starts runs on the version that came of its source, for the same book, one
    deeper in the chain."""
    for one in fresh(done):
        if not one.target_run_id:
            continue
        source, run = done.after.runs[one.source_run_id], done.after.runs[one.target_run_id]
        occasion = _occasion(done, one)
        assert run.id not in done.before.runs, "a firing took a run that was there"
        assert done.after.standings[run.id].workflow == occasion.trigger.target_workflow_type, run
        assert (run.status, run.cause, run.parent_run_id) == ("running", "trigger", source.id), run
        assert run.chain_depth == source.chain_depth + 1, (run, source)
        assert (run.book_id, run.input_version_id) == (source.book_id, version_of(source)), run
        assert json.loads(run.parameters) == occasion.parameters, run


def no_target_without_a_firing(done: Done) -> None:
    """Each run that a trigger started is the target of one fired firing, and of no other; no act
    leaves another run than the one it is about and those targets."""
    started = sorted(run.id for run in done.after.runs.values() if run.cause == "trigger")
    told = sorted(one.target_run_id for one in done.after.firings.values() if one.target_run_id)
    assert started == told, (started, told)
    own = {done.run_id} if done.verb in ("create", "rerun") and not done.refusal else set()
    new = done.after.runs.keys() - done.before.runs.keys()
    assert new == own | targets(done), (new, own)


def chains_end(done: Done) -> None:
    """No chain is longer than the limit; who starts a run begins one, and a rerun has the place of
    the run that it repeats."""
    for run in done.after.runs.values():
        parent = done.after.runs.get(run.parent_run_id)
        depth = {"manual": 0, "rerun": parent and parent.chain_depth}
        assert run.chain_depth <= CHAIN_LIMIT, run
        assert run.cause == "trigger" or run.chain_depth == depth[run.cause], run


def what_fires_is_told(done: Done) -> None:
    """Each firing that fired, and each that was asked for, is told on its source, in order; one
    that did neither leaves no event."""
    told = [
        (one.run, one.payload["trigger"], one.payload["target_run"], one.payload["result"])
        for one in done.after.events
        if one.type == "trigger_fired"
    ]
    wanted = [
        (one.source_run_id, one.trigger_id, _public_id(done.after, one.target_run_id), one.result)
        for one in fresh(done)
        if one.requested or one.result == "fired"
    ]
    assert told == wanted, (told, wanted)


def firings_stay(done: Done) -> None:
    """What once came of a trigger stays as it was written, whatever becomes of the trigger."""
    for pk, one in done.before.firings.items():
        assert done.after.firings.get(pk) == one, (one, done.after.firings.get(pk))


def asking_leaves_the_source(done: Done) -> None:
    """A request changes nothing on the run that it is about."""
    if done.verb == "trigger_fire":
        pk = done.act.run or 0
        assert done.before.runs[pk] == done.after.runs[pk], done.after.runs[pk]


def only_who_sets_a_trigger_changes_it(done: Done) -> None:
    """What a trigger says changes when somebody says so, and is then what was said."""
    name, before, after = done.act.get("trigger"), done.before.triggers, done.after.triggers
    if done.refusal or done.verb not in ("trigger_set", "trigger_delete"):
        assert before == after, "a trigger changed by itself"
        return
    assert {**before, name: None} == {**after, name: None}, "another trigger changed"
    if done.verb == "trigger_delete":
        assert name not in after, after[name]
        return
    for word, value in done.act.get("says").items():
        column = getattr(after[name], word)
        assert (json.loads(column) if word == "config" else column) == value, (word, column)


def _occasion(done: Done, firing: Any) -> Occasion:
    trigger, run = done.before.triggers[firing.trigger_id], done.after.runs[firing.source_run_id]
    return Occasion(trigger, run, done.before, done.after)


def _public_id(picture: Picture, run: int | None) -> str | None:
    return picture.runs[run].public_id if run else None
