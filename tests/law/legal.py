"""Whether the law allows an act, by a reckoning of its own from the rows before it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from tests.law.occasions import may_be_asked
from tests.law.picture import ENDED, Picture, Standing, moment
from tests.law.verbs import Act
from tests.law.world import TYPES, rework_step

MAX_LEASES_LOST = 20
KNOWN_AGENTS = ("writer", "style-editor", "closer", "planner", "edit-er")


def is_legal(act: Act, picture: Picture, now: datetime) -> bool:
    """Refused is what is not legal, and nothing else."""
    return LAW[act.verb](act, picture)


def _status(*statuses: str) -> Callable[[Act, Picture], bool]:
    def law(act: Act, picture: Picture) -> bool:
        return picture.runs[act.run].status in statuses

    return law


def _always(act: Act, picture: Picture) -> bool:
    return True


def _resume(act: Act, picture: Picture) -> bool:
    return picture.runs[act.run].status == "paused" and act.run not in picture.open_escalations


def _rerun(act: Act, picture: Picture) -> bool:
    stand = picture.standings[act.run or 0]
    named = act.get("from_step")
    return stand.run.status in ENDED and (named in stand.specs if named else not stand.done)


def _held(act: Act, picture: Picture) -> bool:
    step = picture.steps[act.step or 0]
    return step.status == "running" and bool(act.lease) and step.lease == act.lease


def _held_by_anybody(act: Act, picture: Picture) -> bool:
    return picture.steps[act.step or 0].status == "running"


def _complete(act: Act, picture: Picture) -> bool:
    result = act.get("result", {})
    return _held(act, picture) and not (
        picture.steps[act.step or 0].kind == "review" and result.get("approved") is False
    )


def _reject(act: Act, picture: Picture) -> bool:
    step = picture.steps[act.step or 0]
    if not _held(act, picture) or step.kind != "review" or act.get("type") not in TYPES:
        return False
    if not act.get("reason", "mend this").strip():
        return False
    items = list(act.get("items", ()))
    if step.item:
        return items in ([], [step.item])
    stand = picture.standings[step.run_id]
    return _items_fit(stand, items, rework_step(stand.workflow, step.name, act.get("type")))


def _items_fit(stand: Standing, items: Sequence[str], to_step: str) -> bool:
    """Chapters are named where the step to rework has one for each, and only there."""
    if not to_step or not stand.specs[to_step].foreach:
        return not items
    return bool(items) and (list(items) == ["all"] or set(items) <= set(stand.scope))


def gate_of(act: Act, picture: Picture) -> Any:
    """The gate that a decision is about; None where none waits, or several do."""
    rows = [
        row
        for row in picture.standings[act.run or 0].latest.values()
        if row.status == "awaiting_decision" and act.get("gate") in ("", row.name, str(row.id))
    ]
    return rows[0] if len(rows) == 1 else None


def _decide(act: Act, picture: Picture) -> bool:
    stand = picture.standings[act.run or 0]
    own = any(
        row.kind == "work" and row.status == "completed" and row.worker == act.actor
        for row in stand.latest.values()
    )
    return stand.run.status == "running" and gate_of(act, picture) is not None and not own


def _request_changes(act: Act, picture: Picture) -> bool:
    if not _decide(act, picture) or act.get("type") not in TYPES:
        return False
    stand, gate, to_step = (
        picture.standings[act.run or 0],
        gate_of(act, picture),
        act.get("to_step"),
    )
    if to_step and not _is_work_upstream(stand, gate.name, to_step):
        return False
    to_step = to_step or rework_step(stand.workflow, gate.name, act.get("type"))
    return bool(to_step) and _items_fit(stand, act.get("items", ()), to_step)


def _is_work_upstream(stand: Standing, name: str, to_step: str) -> bool:
    return to_step in stand.upstream(name) and stand.specs[to_step].kind == "work"


def _acknowledge(act: Act, picture: Picture) -> bool:
    one = picture.escalations[act.escalation or 0]
    return one.status == "pending" or (
        one.status == "acknowledged" and one.acknowledged_by == act.actor
    )


def _resolve(act: Act, picture: Picture) -> bool:
    one = picture.escalations[act.escalation or 0]
    return one.status != "resolved" and bool(act.get("resolution", "as decided").strip())


def _without_target(act: Act, picture: Picture) -> bool:
    return _resolve(act, picture) and not act.get("to_step") and not act.get("agent")


def _retry(act: Act, picture: Picture) -> bool:
    one, to_step = picture.escalations[act.escalation or 0], act.get("to_step")
    if not _resolve(act, picture) or act.get("agent") not in ("", *KNOWN_AGENTS):
        return False
    stand = picture.standings[one.run_id]
    return not to_step or _is_work_upstream(stand, picture.steps[one.step_id].name, to_step)


def _trigger_fire(act: Act, picture: Picture) -> bool:
    trigger = picture.triggers.get(act.get("trigger"))
    return may_be_asked(trigger, picture, picture.runs[act.run or 0])


def _trigger_set(act: Act, picture: Picture) -> bool:
    """What is sound may be said of a trigger that is there; of a new one, only all of it."""
    is_new = act.get("trigger") not in picture.triggers
    return bool(act.get("sound")) and (not is_new or "source_workflow_type" in act.get("says"))


def _trigger_delete(act: Act, picture: Picture) -> bool:
    return act.get("trigger") in picture.triggers


LAW: dict[str, Callable[[Act, Picture], bool]] = {
    "create": _always,
    "begin": _status("pending"),
    "pause": _status("running"),
    "resume": _resume,
    "cancel": _status("pending", "running", "paused"),
    "rerun": _rerun,
    "claim": _always,
    "complete": _complete,
    "reject": _reject,
    "fail": _held,
    "release": _held,
    "take_back": _held_by_anybody,
    "heartbeat": _held,
    "lease_runs_out": _always,
    "sweep": _always,
    "approve": _decide,
    "request_changes": _request_changes,
    "refuse": _decide,
    "acknowledge": _acknowledge,
    "retry": _retry,
    "override": _without_target,
    "abort": _without_target,
    "trigger_fire": _trigger_fire,
    "trigger_set": _trigger_set,
    "trigger_delete": _trigger_delete,
}


def taken_back(picture: Picture, agents: Sequence[str] | None, now: datetime) -> list[Any]:
    """The running rows of these agents (of all) whose lease is over, oldest first."""
    return [
        row
        for row in picture.steps.values()
        if row.status == "running"
        and (agents is None or row.agent in agents)
        and moment(row.lease_expires_at) <= now
    ]


def claimable(act: Act, picture: Picture, now: datetime) -> list[int]:
    """The ids that a claim may take, the first of which it must."""
    agents = act.get("agents")
    back = taken_back(picture, agents, now)
    worn = {row.run_id for row in back if row.leases_lost + 1 >= MAX_LEASES_LOST}
    free = {row.id for row in back} | {
        row.id for row in picture.steps.values() if row.status == "ready" and row.agent in agents
    }
    return sorted(
        pk
        for pk in free
        if (run := picture.run_of(pk)).status == "running"
        and run.id not in worn
        and act.run in (None, run.id)
        and not _waits_for_version(picture, pk, worn)
    )


def _waits_for_version(picture: Picture, pk: int, worn: set[int]) -> bool:
    """Whether another open run of the book was handed the version it is making."""
    run, step = picture.run_of(pk), picture.steps[pk]
    if not picture.standings[run.id].specs[step.name].makes_version:
        return False
    return any(
        other.handed_version_id and other.status not in ENDED and other.id not in worn
        for other in picture.runs.values()
        if other.book_id == run.book_id and other.id != run.id
    )
