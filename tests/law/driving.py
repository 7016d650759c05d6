"""Everybody helps: whatever state the runs are in, they can be completed."""

from typing import Any, Protocol

from tests.law.picture import OPEN, Picture
from tests.law.verbs import Act, Done, Grip

MOST_VERBS = 400


class Driven(Protocol):
    now: Picture
    held: list[Grip]
    tally: Any

    def act(self, act: Act) -> Done: ...
    def open_runs(self) -> list[Any]: ...
    def held_act(self, verb: str, grip: Grip, **more: Any) -> Done: ...


def drive(machine: Driven) -> None:
    """Take every open run to its end by cooperative verbs alone: it completes, in bounded time."""
    before = machine.tally["verbs"]
    wanted = {run.id for run in machine.open_runs()}
    for _ in range(MOST_VERBS):
        if not machine.open_runs():
            break
        moved = [run.id for run in machine.open_runs() if help_along(machine, run)]
        assert moved, f"nobody can help {machine.open_runs()}"
    for pk in wanted:
        run = machine.now.runs[pk]
        assert run.status == "completed", (run.status, run.reason)
    machine.tally["runs driven to completion"] += len(wanted)
    machine.tally["verbs of driving"] += machine.tally["verbs"] - before


def help_along(machine: Driven, run: Any) -> bool:
    """One verb that helps this run; False when it waits for another."""
    if run.status == "pending":
        return _do(machine, Act("begin", run.id))
    if waiting := machine.now.open_escalations.get(run.id):
        verb = "retry" if len(machine.now.escalations) % 3 == 0 else "override"
        return _do(machine, Act(verb, run.id, escalation=waiting[0].id, actor="grace"))
    if run.status == "paused":
        return _do(machine, Act("resume", run.id))
    latest = machine.now.standings[run.id].latest.values()
    rows = sorted((row for row in latest if row.status in OPEN), key=lambda row: row.id)
    assert rows, f"nothing is open on {run}"
    return any(_advance(machine, row) for row in rows)


def _advance(machine: Driven, row: Any) -> bool:
    if row.status == "awaiting_decision":
        more = {"gate": row.name}
        return _do(machine, Act("approve", row.run_id, row.id, actor="grace", more=more))
    if row.status == "ready":
        more = {"agents": (row.agent,), "seconds": None}
        return bool(machine.act(Act("claim", row.run_id, actor="bob", more=more)).answer)
    grip = next(one for one in machine.held if one.step == row.id)
    return machine.held_act("complete", grip).refusal is None


def _do(machine: Driven, act: Act) -> bool:
    done = machine.act(act)
    assert not done.refusal, done.refusal
    return True
