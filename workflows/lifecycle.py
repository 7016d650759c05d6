"""The one door through which a run and its steps move.

django-fsm announces a transition before the row is saved. So the door listens first: it
saves each move by one conditional UPDATE and only then sends `run_moved` or `step_moved`,
before the next move. Whoever is called by these signals joins the door that is open and
gets the very instances it holds.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from artifacts import latest
from artifacts.models import Artifact, ArtifactType
from books.models import Book, BookStatus
from workflows import feedback_items
from workflows.definitions.definition import StepSpec
from workflows.errors import IllegalMove, LostRace, RunBusy
from workflows.inputs import completed_by, made_of
from workflows.models import RunStatus, Step, StepStatus, WorkflowRun
from workflows.signals import artifact_added, run_moved, step_moved
from workflows.stateful import StatefulModel
from workflows.turns import in_turn

TRIES = 8
P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Door:
    """The runs that one transaction holds, and who moves them."""

    actor: str
    runs: dict[int, WorkflowRun] = field(default_factory=dict)
    gathered: list[Step] | None = None
    asked: dict[str, Any] = field(default_factory=dict)

    def run(self, run_id: int, *, wait: bool) -> WorkflowRun:
        """The run, locked. Read once, after the lock."""
        if run_id not in self.runs:
            self.runs[run_id] = _locked(run_id, wait=wait)
        return self.runs[run_id]


_open: ContextVar[Door | None] = ContextVar("open_door", default=None)


def retrying(act: Callable[P, T]) -> Callable[P, T]:
    """Give an outermost verb a bounded number of tries when another process was faster."""

    @wraps(act)
    def verb(*args: P.args, **kwargs: P.kwargs) -> T:
        if _open.get() is not None:
            return act(*args, **kwargs)
        for attempt in range(TRIES):
            try:
                return act(*args, **kwargs)
            except (LostRace, OperationalError) as error:
                if not is_contention(error):
                    raise
                if attempt == TRIES - 1:
                    raise LostRace("others keep moving this run; try again") from error
                time.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)  # noqa: S311
        raise AssertionError("unreachable")

    return verb


def is_contention(error: Exception) -> bool:
    """Whether another process was in the way: SQLite's lock, or PostgreSQL's deadlock,
    serialization failure or lock timeout."""
    state = getattr(error.__cause__, "sqlstate", None)
    locked = isinstance(error, OperationalError) and "locked" in str(error)
    return isinstance(error, LostRace) or locked or state in {"40P01", "40001", "55P03"}


@contextmanager
def opened(actor: str) -> Iterator[Door]:
    """The door: one transaction, or a place in the one that is open, under its actor."""
    door = _open.get()
    outermost = door is None
    door = door or Door(actor)
    token = _open.set(door)
    try:
        with in_turn(), transaction.atomic(savepoint=outermost):
            yield door
    except TransitionNotAllowed as refusal:
        raise _illegal(refusal) from refusal
    finally:
        _open.reset(token)


def once(what: str, ask: Callable[[], T]) -> T:
    """What `ask` answers, asked once while the door is open; each time where none is."""
    if (door := _open.get()) is None:
        return ask()
    if what not in door.asked:
        door.asked[what] = ask()
    answer: T = door.asked[what]
    return answer


@contextmanager
def moving(run_id: int, *, actor: str, wait: bool = True) -> Iterator[WorkflowRun]:
    """Lock a run, let the caller move it, save what it left changed.

    Raises RunBusy instead of waiting for the lock when `wait` is false, LostRace when
    another process moved a row first.
    """
    with opened(actor) as door:
        run = door.run(run_id, wait=wait)
        yield run
        save(run)


@contextmanager
def creating(run: WorkflowRun, *, actor: str) -> Iterator[WorkflowRun]:
    """Insert a run, let the caller move it, save what it left changed."""
    with opened(actor) as door:
        run.save(force_insert=True)
        run.remember()
        door.runs[run.pk] = run
        yield run
        save(run)


def save(row: StatefulModel) -> None:
    """Save what changed, if the row is still as it was read. Raises LostRace."""
    if not row.changes():
        return
    if isinstance(row, WorkflowRun):
        row.updated_at = timezone.now()
    if not row.save_changes():
        raise LostRace(f"{row.noun} was moved by another process")


def on_transition(
    sender: type[StatefulModel],  # noqa: ARG001
    instance: Any,
    name: str,
    method_kwargs: dict[str, Any],
    **_: Any,
) -> None:
    """Receiver of django-fsm's `post_transition`: save, then tell."""
    door = _door()
    if door.gathered is not None:
        door.gathered.append(instance)
        return
    if isinstance(instance, Step):
        save(instance)
        tell_step(instance, name, method_kwargs)
    else:
        instance.current_step, instance.current_agent = _current(instance)
        save(instance)
        tell_run(instance, name, method_kwargs)


def tell_run(run: WorkflowRun, verb: str, payload: dict[str, Any]) -> None:
    run_moved.send(sender=WorkflowRun, run=run, verb=verb, payload=payload, actor=_door().actor)


def tell_step(step: Step, verb: str, payload: dict[str, Any]) -> None:
    step_moved.send(sender=Step, step=step, verb=verb, payload=payload, actor=_door().actor)


def tell_artifact(artifact: Artifact) -> None:
    artifact_added.send(sender=Artifact, artifact=artifact, actor=_door().actor)


def move_all(steps: Iterable[Step], verb: str) -> list[int]:
    """Cancel or supersede many rows by one UPDATE and no event; the caller's event lists them."""
    door, rows = _door(), list(steps)
    if not rows:
        return []
    door.gathered, sources = [], {row.status for row in rows}
    try:
        for row in rows:
            getattr(row, verb)()
    finally:
        door.gathered = None
    numbers = [row.pk for row in rows]
    moved = Step.objects.filter(pk__in=numbers, status__in=sources).update(
        status=rows[0].status,
        lease="",
        lease_expires_at=None,
        finished_at=Coalesce("finished_at", Value(timezone.now())),
    )
    if moved != len(rows):
        raise LostRace("a step was moved by another process")
    for row in rows:
        row.remember()
    return numbers


def advance(run: WorkflowRun) -> None:
    """Make every row whose needs are met; complete the run when none is left.

    Call it after each verb that may have met a need. It may be called twice.
    """
    while run.status in (RunStatus.RUNNING, RunStatus.PAUSED):
        due = [(spec, item) for spec, item in run.progress.due()]
        if not due:
            break
        add_steps(run, due)
    if run.status == RunStatus.RUNNING and run.progress.done:
        Book.objects.lock(run.book)  # before the clock is read: who waited longest completed last
        handed = run.handed_version
        run.complete(output_version=handed.number if handed else None)
        _publish(run)
    run.current_step, run.current_agent = _current(run)


def _publish(run: WorkflowRun) -> None:
    """What a completed run made is the latest of its book, and answers what it planned to. Needs a
    lock on the book."""
    latest.settle(run.book, completed_by(run))
    feedback_items.settle(run)
    if made_of(run, ArtifactType.DEPLOYMENT):
        Book.objects.filter(pk=run.book_id).update(
            status=BookStatus.PUBLISHED, updated_at=timezone.now()
        )


def add_steps(
    run: WorkflowRun,
    due: Sequence[tuple[StepSpec, str]],
    *,
    agent: str = "",
    feedback: Mapping[str, list[int]] | None = None,
) -> list[Step]:
    """New attempts at these steps and items; the gates among them open.

    `feedback` has the ids of rejections by item.
    """
    told = feedback or {}
    earlier = {(spec.name, item): run.progress.latest(spec.name, item) for spec, item in due}
    outdated = [row.pk for row in earlier.values() if row]
    if outdated:
        Step.objects.filter(pk__in=outdated).update(latest=False)
    rows = Step.objects.bulk_create(
        [
            Step(
                run=run,
                name=spec.name,
                kind=spec.kind,
                agent=agent or run.agent_of(spec),
                item=item,
                attempt=row.attempt + 1 if (row := earlier[spec.name, item]) else 1,
                status=_first_status(spec),
                due_at=_due_at(spec),
                feedback=told.get(item, []),
            )
            for spec, item in due
        ]
    )
    for row in rows:
        row.remember()
        run.progress.put(row)
    for row in rows:
        if row.status == StepStatus.AWAITING_DECISION:
            tell_step(row, "open", {"role": row.agent, "due_at": row.due_at})
    return rows


def _first_status(spec: StepSpec) -> str:
    return StepStatus.AWAITING_DECISION if spec.kind == "gate" else StepStatus.READY


def _due_at(spec: StepSpec) -> Any:
    if spec.kind != "gate":
        return None
    return timezone.now() + timedelta(hours=settings.BINDERY_DUE_HOURS)


def _current(run: WorkflowRun) -> tuple[str, str]:
    """Step and agent to show; kept as they were once the run failed."""
    if run.status == RunStatus.COMPLETED:
        return "", ""
    if run.status == RunStatus.FAILED:
        return run.current_step, run.current_agent
    return run.progress.current()


def _door() -> Door:
    if (door := _open.get()) is None:
        raise IllegalMove("runs and steps move through workflows.lifecycle.moving alone")
    return door


def _locked(run_id: int, *, wait: bool) -> WorkflowRun:
    if connection.features.has_select_for_no_key_update:
        row = WorkflowRun.objects.filter(pk=run_id).values_list("pk")
        if not row.select_for_update(no_key=True, skip_locked=not wait):
            raise RunBusy(f"run {run_id} is held by another process")
    return WorkflowRun.objects.with_all().get(pk=run_id)


def _illegal(refusal: TransitionNotAllowed) -> IllegalMove:
    row, verb = refusal.object, refusal.method.__name__
    law = refusal.method._django_fsm.transitions  # noqa: SLF001
    if row.status not in law:
        needed = " or ".join(sorted(law))
        return IllegalMove(f"{row.noun} is {row.status}: {verb} needs it {needed}")
    broken = next(guard for guard in law[row.status].conditions if not guard(row))
    return IllegalMove(f"{row.noun} cannot {verb}: {broken.__doc__}")
