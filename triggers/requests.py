"""Asking a trigger: to fire, what it would do, and what it would have done about a run."""

from dataclasses import replace
from typing import Any

from books.models import Book
from triggers.clauses import Verdict, decide
from triggers.engine import TARGET, fire_on_request, plan
from triggers.errors import NotNow, TriggerRefused
from triggers.models import Condition, TriggerFiring, WorkflowTrigger
from triggers.source import Awaited, Source
from triggers.terms import Terms
from workflows.idempotency import Once
from workflows.lifecycle import moving, retrying
from workflows.models import RunStatus, WorkflowRun

MAY_CHANGE = frozenset({"with", "match.has", "limit"})  # while a run is under way
Asked = WorkflowRun | Book  # of a book: its run of the source type that ended last


def asked(*, run: str = "", book: str = "") -> Asked:
    """What is named. Raises TriggerRefused unless it is one of the two, Unknown or UnknownThing
    where there is no such thing."""
    if bool(run) == bool(book):
        raise TriggerRefused("name the source: a run, or a book")
    return WorkflowRun.objects.named(run) if run else Book.objects.named(book)


@retrying
def fire(trigger: WorkflowTrigger, asked: Asked, *, actor: str, key: str = "") -> dict[str, Any]:
    """Fire a trigger from what has ended; answers the firing, whatever came of it.

    Each request is one of its own. Raises TriggerRefused where there is nothing to ask.
    """
    of = {"book": asked.slug} if isinstance(asked, Book) else {"run": asked.public_id}
    once = Once(actor, "trigger_fire", key, {"trigger": trigger.name, **of})
    if first := once.first_answer():
        return first
    with moving(_run_of(trigger, asked).pk, actor=actor) as source:
        return once.answer(lambda: _fired(trigger.name, source, actor))


def _fired(name: str, source: WorkflowRun, actor: str) -> dict[str, Any]:
    Book.objects.lock(source.book)  # as who completes a run: the book, then triggers
    trigger = WorkflowTrigger.objects.named(name)
    _refuse_unfit(trigger, source)
    return fire_on_request(trigger, Source(source, [trigger]), actor=actor).as_json()


def foreseen(trigger: WorkflowTrigger, asked: Asked) -> dict[str, Any]:
    """What `fire` would do, and the run it would start. Raises as it does; does nothing."""
    run = _run_of(trigger, asked)
    _refuse_unfit(trigger, run)
    return {**plan(trigger, Source(run, [trigger]), requested=True).as_json(), "dry_run": True}


def _run_of(trigger: WorkflowTrigger, asked: Asked) -> WorkflowRun:
    """Raises NotNow for a book of which none has ended."""
    if isinstance(asked, WorkflowRun):
        return asked
    word = trigger.source_workflow_type
    ended = WorkflowRun.objects.with_all().ended().matching(asked, workflow_type=word)
    if run := ended.order_by("-finished_at", "-pk").first():
        return run
    raise NotNow(f"no run of {word} of {asked.slug} has ended yet")


def refuse_disabled(trigger: WorkflowTrigger) -> None:
    if not trigger.enabled:
        raise NotNow(
            f"trigger {trigger} is disabled; trigger_set --name {trigger} --enable allows it"
        )


def _refuse_unfit(trigger: WorkflowTrigger, run: WorkflowRun) -> None:
    refuse_disabled(trigger)
    if run.workflow_type not in trigger.sources:
        raise TriggerRefused(
            f"run {run} is of {run.workflow_type}; trigger {trigger} takes "
            f"{' and '.join(trigger.sources)}"
        )
    if not run.has_ended:
        raise NotNow(f"run {run} is {run.status}; a trigger fires from a run that has ended")


def explain(run: WorkflowRun, trigger: WorkflowTrigger | None = None) -> list[dict[str, Any]]:
    """What each trigger that takes runs of its type, or that one, did or would do of itself when
    this run completes, by what it says now."""
    taking = [trigger] if trigger else WorkflowTrigger.objects.all().taking(run.workflow_type)
    source = Source(run, taking) if run.has_ended else Awaited(run, taking)
    before = TriggerFiring.objects.for_json().filter(source_run=run, requested=False)
    was = {firing.trigger_id: firing for firing in before}
    return [_told(one, source, was.get(one.name)) for one in taking]


def _told(trigger: WorkflowTrigger, source: Source, was: TriggerFiring | None) -> dict[str, Any]:
    if was and was.target_run:
        verdict = Verdict("already fired", f"it started run {was.target_run}")
    else:
        verdict = _hindered(trigger, source) or _foreseen(trigger, source)
    return {
        "trigger": trigger.name,
        "would_fire": verdict.fires,
        "clause": verdict.clause,
        "why": str(verdict) + (_passed(source, was) if verdict.fires else ""),
    }


def _passed(source: Source, was: TriggerFiring | None) -> str:
    """What keeps it from firing of itself though it fits: its moment was before."""
    if was:
        return f" (not of itself any more: it was {was.result} then; trigger_fire asks it)"
    if source.run.has_ended:
        return " (not of itself any more: it was not there or disabled; trigger_backfill does it)"
    return ""


def _hindered(trigger: WorkflowTrigger, source: Source) -> Verdict | None:
    """Why it would not even be looked at."""
    run = source.run
    if run.workflow_type not in trigger.sources:
        takes = " and ".join(trigger.sources)
        return Verdict("source", f"{source} is of {run.workflow_type}; it takes {takes}")
    if not trigger.enabled:
        return Verdict("enabled", "it is disabled")
    if trigger.trigger_condition == Condition.MANUAL:
        return Verdict("trigger_condition", "it is manual: only trigger_fire fires it")
    if run.status == RunStatus.FAILED:
        return Verdict("source", f"{source} failed; of itself it fires from completed runs")
    return None


def _foreseen(trigger: WorkflowTrigger, source: Source) -> Verdict:
    if source.run.has_ended:
        return plan(trigger, source).verdict
    try:
        verdict = decide(Terms.of(trigger), source)
    except TriggerRefused as refusal:
        return Verdict(TARGET, str(refusal))
    if verdict.fires:
        return replace(verdict, why=f"when {source} completes")
    so_far = " (so far)" if verdict.clause in MAY_CHANGE else ""
    return replace(verdict, why=verdict.why + so_far)
