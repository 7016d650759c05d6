"""The decision that a form of a gate asks for, and what is said of it."""

from config.console.gates.form import Filled
from events.gates.ways import Ways, ways_from
from workflows import gates
from workflows.callers import Caller
from workflows.errors import Contradiction, InvalidInput
from workflows.gates import Decision
from workflows.matter import Matter
from workflows.models import Step


def decided(step: Step, filled: Filled, caller: Caller) -> str:
    """Decide it; answers what is said of it. Sent twice, it is decided once."""
    caller.refuse_decision(gates.role_of(step))
    ways = ways_from(step)
    _refuse_incomplete(filled, ways)
    matter = Matter.of(step)
    judged = filled.judgement(ways, matter)
    if not filled.digest and matter.digest:
        raise Contradiction("the form does not say what was read: read it and decide again")
    gates.decide(step.run, judged, actor=caller.name, gate=str(step.pk), key=filled.key)
    return _said(step, filled, ways)


def _refuse_incomplete(filled: Filled, ways: Ways) -> None:
    """Raises InvalidInput with all that a request for changes lacks, and not the first of it."""
    if filled.decision != Decision.REQUEST_CHANGES or filled.garbled:
        return
    way = ways.of(filled.rejection_type, filled.to_step)
    per_chapter = way.per_chapter if way else ways.per_chapter
    lacks = {
        "say what is wrong": not filled.rejection_type,
        "give a reason": not filled.reason.strip(),
        "tick the chapters to send back, or mark a passage in each": (
            per_chapter and not filled.asked_items
        ),
    }
    if missing := [what for what, is_missing in lacks.items() if is_missing]:
        raise InvalidInput(" and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]])))


def _said(step: Step, filled: Filled, ways: Ways) -> str:
    run, title = step.run, step.run.book.title
    if filled.decision == Decision.REJECT:
        return f"You rejected {title}: run {run} has ended."
    if filled.decision == Decision.APPROVE:
        next_steps = [spec for spec in run.definition.parsed.steps if step.name in spec.needs]
        following = [f"{run.agent_of(spec)} goes on with {spec.name}" for spec in next_steps]
        goes_on = " and ".join(following) or "The run is done"
        return f"You approved {title}. {goes_on}."
    way = ways.of(filled.rejection_type, filled.to_step)
    who = f" {way.agent} mends it at {way.step}." if way else ""
    what = _count(step, filled) if way and way.per_chapter else title
    return f"You sent {what} back for {filled.rejection_type}.{who}"


def _count(step: Step, filled: Filled) -> str:
    items = [*filled.asked_items]
    if items == ["all"]:
        return "all chapters"
    if len(items) > 1:
        return f"{len(items)} chapters"
    return f"“{step.run.input_version.chapters.title_of(items[0])}”"
