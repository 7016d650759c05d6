"""All rows that a verb may move, as they are at one moment."""

import json
from collections import defaultdict, namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

from django.db import connection, models

from artifacts.models import Artifact, ArtifactUse
from books.models import Book, BookVersion, BookWorkflowConfig
from events.models import Escalation, Event, Rejection, RoutingRule
from tests.law.world import World
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows.definitions.definition import StepSpec
from workflows.models import (
    Draft,
    IdempotencyKey,
    Step,
    WorkflowDefinition,
    WorkflowRun,
)

OPEN = ("ready", "running", "awaiting_decision")
LIVE = (*OPEN, "completed")
ENDED = ("completed", "failed")
OTHERS = (
    Artifact,
    ArtifactUse,
    IdempotencyKey,
    Book,
    BookVersion,
    BookWorkflowConfig,
    RoutingRule,
    WorkflowDefinition,
)

COMPARED = (
    "runs", "steps", "rejections", "escalations", "firings", "triggers", "others", "last_event",
)  # fmt: skip


@cache
def _shape(model: type[models.Model]) -> tuple[str, Any]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'SELECT {columns} FROM "{model._meta.db_table}" WHERE id > %s ORDER BY id'  # noqa: S608
    return statement, namedtuple(model.__name__, [field.attname for field in fields])._make


def rows_of(model: type[models.Model], after: int = 0) -> list[Any]:
    """Every row, as the database has it; a row's names are its columns' attributes."""
    statement, make = _shape(model)
    with connection.cursor() as cursor:
        cursor.execute(statement, [after])
        return list(map(make, cursor.fetchall()))


def moment(value: Any) -> datetime:
    """A time, as SQLite or PostgreSQL answers it."""
    read = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


@dataclass(frozen=True)
class News:
    """One event, its payload read."""

    id: int
    run: int
    step: int | None
    type: str
    payload: dict[str, Any]
    agent: str

    @property
    def token(self) -> str:
        return f"{'step' if self.step else 'run'}:{self.type}"


@dataclass(frozen=True)
class Standing:
    """Where one run stands."""

    run: Any
    rows: list[Any]
    specs: dict[str, StepSpec]
    workflow: str
    chapters: tuple[str, ...]  # of the book

    @cached_property
    def latest(self) -> dict[tuple[str, str], Any]:
        """The highest attempt at each step and item."""
        ordered = sorted(self.rows, key=lambda row: row.attempt)
        return {(row.name, row.item): row for row in ordered}

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """Asked for, else planned by what was done before the first step per chapter, else all."""
        asked = json.loads(self.run.parameters).get("chapters")
        planned = None
        for spec in self.specs.values():
            if spec.foreach:
                break
            row = self.latest.get((spec.name, ""))
            if row and row.status == "completed":
                planned = planned or json.loads(row.result).get("chapters")
        named = asked or planned or self.chapters
        return tuple(slug for slug in self.chapters if slug in named)

    def items(self, name: str) -> tuple[str, ...]:
        return self.scope if self.specs[name].foreach else ("",)

    def needs(self, name: str, item: str) -> Iterator[Any]:
        """The latest row of all that a step needs for an item; None where it is missing."""
        for need in self.specs[name].needs:
            one = self.specs[need].foreach and self.specs[name].foreach
            for each in (item,) if one else self.items(need):
                yield self.latest.get((need, each))

    def stands(self, row: Any) -> bool:
        """Whether all that a row was made from is done and was not made again since."""
        return all(
            need and need.status == "completed" and need.id < row.id
            for need in self.needs(row.name, row.item)
        )

    def upstream(self, name: str) -> set[str]:
        found: set[str] = set()
        front = set(self.specs[name].needs)
        while front:
            found |= front
            front = {need for near in front for need in self.specs[near].needs}
        return found

    @property
    def done(self) -> bool:
        return all(
            (row := self.latest.get((name, item))) and row.status == "completed"
            for name in self.specs
            for item in self.items(name)
        )


class Picture:
    """Runs, steps, rejections, escalations and firings by id, triggers by name; the events since
    the picture before."""

    def __init__(self, world: World, after: int = 0) -> None:
        self.world = world
        self.runs, self.steps, self.rejections, self.escalations, self.firings = (
            {row.id: row for row in rows_of(model)}
            for model in (WorkflowRun, Step, Rejection, Escalation, TriggerFiring)
        )
        self.triggers = {row.name: row for row in rows_of(WorkflowTrigger)}
        self.drafts = rows_of(Draft)
        self.others = [rows_of(model) for model in OTHERS]
        self.events = [
            News(
                row.id,
                row.run_id,
                row.step_id,
                row.event_type,
                json.loads(row.payload),
                row.agent,
            )
            for row in rows_of(Event, after)
        ]
        self.last_event = self.events[-1].id if self.events else after

    def same(self, other: "Picture") -> bool:
        """Whether nothing but drafts differs."""
        mine, theirs = ({name: vars(one)[name] for name in COMPARED} for one in (self, other))
        return mine == theirs

    @cached_property
    def standings(self) -> dict[int, Standing]:
        rows: dict[int, list[Any]] = defaultdict(list)
        for step in self.steps.values():
            rows[step.run_id].append(step)
        return {run.id: self._standing(run, rows[run.id]) for run in self.runs.values()}

    def _standing(self, run: Any, rows: list[Any]) -> Standing:
        definition = self.world.definitions[run.definition_id]
        specs = {spec.name: spec for spec in definition.parsed.steps}
        return Standing(run, rows, specs, definition.type, self.world.chapters[run.book_id])

    @cached_property
    def open_escalations(self) -> dict[int, list[Any]]:
        """By run."""
        found: dict[int, list[Any]] = {}
        for one in self.escalations.values():
            if one.status != "resolved":
                found.setdefault(one.run_id, []).append(one)
        return found

    @cached_property
    def artifacts(self) -> list[Any]:
        return self.others[OTHERS.index(Artifact)]

    @cached_property
    def uses(self) -> list[Any]:
        return self.others[OTHERS.index(ArtifactUse)]

    def run_of(self, step_id: int) -> Any:
        return self.runs[self.steps[step_id].run_id]
