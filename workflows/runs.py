"""The verbs on a run: create, begin, pause, resume, fail, cancel, rerun."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from books.models import Book, BookStatus, BookVersion
from workflows import feedback_items
from workflows.definitions.definition import Definition
from workflows.errors import Contradiction, IllegalMove
from workflows.idempotency import Once
from workflows.lifecycle import advance, creating, move_all, moving, retrying, tell_run
from workflows.models import (
    Cause,
    Outcome,
    PauseReason,
    Step,
    StepStatus,
    WorkflowDefinition,
    WorkflowRun,
)
from workflows.parameters import checked


@dataclass(frozen=True)
class NewRun:
    """What a run is created from. `input_version` is a number; empty is the latest."""

    workflow_type: str
    book: str
    parameters: dict[str, Any] = field(default_factory=dict)
    input_version: str = ""
    session_id: str = ""
    plan_id: str = ""
    begin: bool = True


@retrying
def start(new: NewRun, *, actor: str, key: str = "") -> dict[str, Any]:
    """Create a run and, unless told otherwise, begin it; answers the noun."""
    once = Once(actor, "workflow_start", key, {**vars(new)})
    if first := once.first_answer():
        return first
    run = drafted(new)
    with creating(run, actor=actor):
        return once.answer(lambda: _created(run, begin=new.begin))


def drafted(new: NewRun, *, source: WorkflowRun | None = None) -> WorkflowRun:
    """The run as it would be created, not saved; with `source`, because that run has ended: one
    deeper in its chain, and on no version of its own choice. Raises what creating it would."""
    definition = WorkflowDefinition.objects.named(new.workflow_type)
    book = source.book if source else Book.objects.named(new.book)
    _refuse_disabled(book, definition)
    latest = BookVersion.objects.latest_of(book)
    version = latest
    if new.input_version not in ("", latest.number):
        version = BookVersion.objects.numbered(book, new.input_version)
    run = WorkflowRun(
        definition=definition,
        book=book,
        input_version=version,
        input_pinned=version != latest and not source,
        parameters=checked(new.parameters, version),
        session_id=new.session_id,
        plan_id=new.plan_id,
    )
    if source:
        run.cause, run.parent_run = Cause.TRIGGER, source
        run.chain_depth = source.chain_depth + 1
    return run


def follow(run: WorkflowRun, *, actor: str) -> None:
    """Create and begin a drafted run in the transaction that is open."""
    with creating(run, actor=actor):
        _created(run, begin=True)


def _created(run: WorkflowRun, *, begin: bool) -> dict[str, Any]:
    run.current_step, run.current_agent = run.progress.current()
    told = {"cause": run.cause, "parameters": run.parameters}
    if run.parent_run:
        told["parent_run"] = run.parent_run.public_id
    tell_run(run, "create", told)
    if begin:
        _begin(run)
    return run.as_json()


def begin(run: WorkflowRun, *, actor: str, key: str = "") -> dict[str, Any]:
    return _verb(run, "begin", {}, _begin, actor=actor, key=key)


def pause(run: WorkflowRun, *, actor: str, reason: str = "", key: str = "") -> dict[str, Any]:
    def act(held: WorkflowRun) -> None:
        held.pause(pause_reason=PauseReason.OPERATOR, reason=reason)

    return _verb(run, "pause", {"reason": reason}, act, actor=actor, key=key)


def resume(run: WorkflowRun, *, actor: str, reason: str = "", key: str = "") -> dict[str, Any]:
    """Hand out work again. A run whose last step was done meanwhile completes now."""

    def act(held: WorkflowRun) -> None:
        held.resume(reason=reason)
        advance(held)

    return _verb(run, "resume", {"reason": reason}, act, actor=actor, key=key)


def cancel(run: WorkflowRun, *, actor: str, reason: str = "", key: str = "") -> dict[str, Any]:
    def act(held: WorkflowRun) -> None:
        held.cancel(reason=reason, closed=close_steps(held))

    return _verb(run, "cancel", {"reason": reason}, act, actor=actor, key=key)


def fail(run: WorkflowRun, *, outcome: Outcome, reason: str) -> None:
    """End a run that the caller holds, with its open steps."""
    run.fail(outcome=outcome, reason=reason, closed=close_steps(run))


def close_steps(run: WorkflowRun) -> list[int]:
    """Cancel every open step of a run that is about to end, and let go of the feedback it planned;
    answers the ids of the steps."""
    feedback_items.let_go(run)
    return move_all([row for row in run.progress.rows if row.is_open], "cancel")


@retrying
def rerun(run: WorkflowRun, *, actor: str, from_step: str = "", key: str = "") -> dict[str, Any]:
    """A new run over the same input, from a step on, reusing what was done before it."""
    once = Once(actor, "workflow_rerun", key, {"run": run.public_id, "from_step": from_step})
    if first := once.first_answer():
        return first
    if not run.has_ended:
        raise IllegalMove(f"run {run} is {run.status}: rerun needs it completed or failed")
    definition = run.definition.parsed
    name = from_step or _first_undone(run, definition)
    reused = _done_before(run, definition, name)
    again = WorkflowRun(
        definition=run.definition,
        book=run.book,
        input_version=run.input_version,
        input_pinned=run.input_pinned,
        parameters=run.parameters,
        session_id=run.session_id,
        plan_id=run.plan_id,
        cause=Cause.RERUN,
        parent_run=run,
        chain_depth=run.chain_depth,
    )
    with creating(again, actor=actor):
        return once.answer(lambda: _rerun(again, reused, name))


def _rerun(again: WorkflowRun, reused: list[Step], from_step: str) -> dict[str, Any]:
    copies = Step.objects.bulk_create(_copy(again, row) for row in reused)
    again.forget_progress()
    feedback_items.plan(again)
    listed = [{"step": copy.pk, "reused_from": copy.reused_from_id} for copy in copies]
    again.current_step, again.current_agent = again.progress.current()
    payload = {"cause": again.cause, "from_step": from_step, "reused": listed}
    tell_run(again, "create", payload)
    _begin(again)
    return again.as_json()


def _copy(run: WorkflowRun, row: Step) -> Step:
    return Step(
        run=run,
        name=row.name,
        kind=row.kind,
        agent=row.agent,
        item=row.item,
        attempt=row.attempt,
        status=StepStatus.COMPLETED,
        worker=row.worker,
        result=row.result,
        reused_from_id=row.reused_from_id or row.pk,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _first_undone(run: WorkflowRun, definition: Definition) -> str:
    if undone := run.progress.current()[0]:
        return undone
    names = ", ".join(spec.name for spec in definition.steps)
    raise Contradiction(f"run {run} did every step; name the step to run again from: {names}")


def _done_before(run: WorkflowRun, definition: Definition, name: str) -> list[Step]:
    before = definition.upstream_of(name)
    for spec in definition.steps:
        if spec.makes_version and spec.name in before:  # its version is the parent's alone
            before -= {spec.name, *(later.name for later in definition.downstream_of(spec.name))}
    return [
        row
        for row in run.progress.rows
        if row.name in before and row.status == StepStatus.COMPLETED
    ]


def _begin(run: WorkflowRun) -> None:
    run.begin()
    if run.workflow_type == "w1_editing":
        drafts = Book.objects.filter(pk=run.book_id, status=BookStatus.DRAFT)
        drafts.update(status=BookStatus.EDITING, updated_at=timezone.now())
    advance(run)


@retrying
def _verb(
    run: WorkflowRun, name: str, arguments: dict[str, Any], act: Any, *, actor: str, key: str
) -> dict[str, Any]:
    """One verb on one run, in one transaction, once per idempotency key."""
    once = Once(actor, f"workflow_{name}", key, {"run": run.public_id, **arguments})
    with moving(run.pk, actor=actor) as held:

        def answer() -> dict[str, Any]:
            act(held)
            return held.as_json()

        return once.answer(answer)


def _refuse_disabled(book: Book, definition: WorkflowDefinition) -> None:
    config = book.workflow_configs.filter(workflow_type=definition.type).first()
    if config and not config.enabled:
        raise Contradiction(
            f"{definition.type} is disabled for {book.slug}; "
            f"book_config --slug {book.slug} --type {definition.alias} --enable allows it"
        )
