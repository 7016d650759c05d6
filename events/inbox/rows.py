"""What is told of each that waits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from books.models import Chapter
from events.inbox.asking import Kind
from events.inbox.order import Mark
from events.models import Escalation
from workflows.models import RunStatus, Step, WorkflowRun
from workflows.overrides import know_overrides

SOON = timedelta(hours=12)
FIRST_WORDS = 160


@dataclass(frozen=True)
class Waiting:
    """`who` is the group or agent it waits for, `step` the gate, the work, or the review whose
    rejection was escalated. `blocked` has the agents and roles of the steps that come after.
    `mine` is false where it waits for others than who asks. `title` is that of the chapter."""

    kind: Kind
    pk: int
    run: WorkflowRun
    step: Step
    who: str
    item: str
    rounds: int
    blocked: tuple[str, ...]
    now: datetime
    since: datetime
    mine: bool
    due_at: datetime | None = None
    escalation: Escalation | None = None
    title: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"

    @property
    def late_by(self) -> timedelta | None:
        """How long it is overdue; a claim, how long its lease has run out."""
        return self.now - self.due_at if self.due_at and self.due_at <= self.now else None

    @property
    def due_in(self) -> timedelta | None:
        """How long there is, where it is not late."""
        return self.due_at - self.now if self.due_at and self.due_at > self.now else None

    @property
    def is_soon(self) -> bool:
        return self.due_in is not None and self.due_in <= SOON

    @property
    def is_paused(self) -> bool:
        """A gate that nobody can decide before its run is resumed."""
        return self.kind == Kind.GATE and self.run.status == RunStatus.PAUSED

    @property
    def chapters(self) -> int:
        """How many its run was asked for by name; 0 where a plan chooses them."""
        return len(self.run.parameters.get("chapters", ()))

    @property
    def remarks(self) -> int:
        """How many rejections the work is to answer."""
        return len(self.step.feedback)

    @property
    def reason(self) -> str:
        """The first words of why it was escalated, in one line."""
        words = " ".join(self.escalation.reason.split()) if self.escalation else ""
        return words if len(words) <= FIRST_WORDS else f"{words[:FIRST_WORDS]}…"


def read(marks: Iterable[Mark], is_mine: Callable[[Kind, str], bool]) -> list[Waiting]:
    """The rows of these, in their order; three queries. What is gone meanwhile is left out."""
    wanted = list(marks)
    steps, escalations = _rows(wanted)
    know_overrides(row.run for row in (*steps.values(), *escalations.values()))
    now = timezone.now()
    found = []
    for mark in wanted:
        rows = escalations if mark.kind == Kind.ESCALATION else steps
        if row := rows.get(mark.pk):
            told = TELLS[mark.kind](row) | {"now": now}
            found.append(Waiting(mark.kind, mark.pk, **told, mine=is_mine(mark.kind, told["who"])))
    return found


def titled(rows: Iterable[Waiting]) -> list[Waiting]:
    """These with the titles of their chapters, as the runs began with them; one query."""
    told = list(rows)
    versions = {row.run.input_version_id for row in told if row.item}
    chapters = Chapter.objects.filter(version__in=versions, slug__in={row.item for row in told})
    known = {
        (one, slug): title for one, slug, title in chapters.values_list("version", "slug", "title")
    }
    return [
        replace(row, title=known.get((row.run.input_version_id, row.item), row.item))
        for row in told
    ]


def _rows(marks: Iterable[Mark]) -> tuple[Mapping[int, Any], Mapping[int, Any]]:
    """The steps and the escalations among them, with their runs."""
    ids: dict[bool, list[int]] = {True: [], False: []}
    for mark in marks:
        ids[mark.kind == Kind.ESCALATION].append(mark.pk)
    known = ("run__book", "run__definition")
    steps = Step.objects.select_related(*known).in_bulk(ids[False])
    escalations = Escalation.objects.select_related(*known, "step").in_bulk(ids[True])
    return steps, escalations


def _gate(step: Any) -> dict[str, Any]:
    return {**_of_step(step), "since": step.created_at, "due_at": step.due_at}


def _work(step: Any) -> dict[str, Any]:
    return {**_of_step(step), "since": step.created_at}


def _held(step: Any) -> dict[str, Any]:
    since = step.started_at or step.created_at
    return {**_of_step(step), "since": since, "due_at": step.lease_expires_at}


def _escalation(row: Any) -> dict[str, Any]:
    row.step.run = row.run
    times = {"since": row.created_at, "due_at": row.due_at}
    about = {"who": row.escalated_to, "item": row.item, "rounds": row.retry_count}
    return {**_of_step(row.step), **about, **times, "escalation": row}


def _of_step(step: Step) -> dict[str, Any]:
    run = step.run
    after = [spec for spec in run.definition.parsed.steps if step.name in spec.needs]
    return {
        "run": run,
        "step": step,
        "who": step.agent,
        "item": step.item,
        "rounds": step.attempt,
        "blocked": tuple(dict.fromkeys(run.agent_of(spec) for spec in after)),
    }


TELLS: dict[Kind, Callable[[Any], dict[str, Any]]] = {
    Kind.GATE: _gate,
    Kind.ESCALATION: _escalation,
    Kind.WORK: _work,
    Kind.HELD: _held,
}
