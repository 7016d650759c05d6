"""A run as triggers see it when it has ended."""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from artifacts.models import Artifact
from books.models import Book, BookVersion
from triggers.errors import Unfilled
from triggers.filling import ARTIFACT_FIELDS, RUN_FIELDS, Name, whose
from triggers.models import TriggerFiring, WorkflowTrigger
from triggers.terms import Terms, brakes
from workflows.inputs import completed_by
from workflows.models import Outcome, StepKind, StepStatus, WorkflowRun

MOST_TAKEN = 1_000_000  # characters, as JSON


class Source:
    """What costs a query is asked once for all the triggers that look at it."""

    def __init__(self, run: WorkflowRun, triggers: Sequence[WorkflowTrigger]) -> None:
        self.run = run
        self._triggers = triggers

    def __str__(self) -> str:
        return f"run {self.run}"

    @property
    def workflow_type(self) -> str:
        return self.run.workflow_type

    @property
    def book(self) -> Book:
        return self.run.book

    @cached_property
    def version(self) -> BookVersion:
        """What came of it: its output version, or its input where it made none."""
        version = self._made_version or self.run.input_version
        version.book = self.book  # the same row, so that its name costs no query
        return version

    @property
    def _made_version(self) -> BookVersion | None:
        return self.run.output_version

    @property
    def outcome(self) -> str:
        return self.run.outcome

    @cached_property
    def setting(self) -> str | None:
        return self.book.setting.slug if self.book.setting else None

    @cached_property
    def approved_by(self) -> str | None:
        """Who approved its last gate that was decided; None where none was approved."""
        gates = [
            row.worker
            for row in self.run.progress.rows
            if row.kind == StepKind.GATE and row.status == StepStatus.COMPLETED
        ]
        return gates[-1] if gates else None

    @cached_property
    def made(self) -> dict[str, Artifact]:
        """The last artifact of each type that it stands for."""
        found = Artifact.objects.for_json().delivered_by(completed_by(self.run))
        return {artifact.artifact_type: artifact for artifact in found}

    def has(self, artifact_type: str) -> bool:
        return artifact_type in self.made

    @cached_property
    def joined(self) -> dict[str, "Source"]:
        """By workflow type, the run that completed last for the same version; this one for its
        own."""
        same = WorkflowRun.objects.completed_for(self.version).order_by("finished_at", "pk")
        last = dict(same.values_list("definition__type", "pk")) | {self.workflow_type: self.run.pk}
        runs = WorkflowRun.objects.with_all().in_bulk(set(last.values()) - {self.run.pk})
        others = {run.workflow_type: Source(run, self._triggers) for run in runs.values()}
        return {**others, self.workflow_type: self}

    @cached_property
    def came_together(self) -> dict[str, WorkflowRun]:
        """By trigger, from which run it fired when its sources came together for this version."""
        before = TriggerFiring.objects.joined(self.version)
        return {firing.trigger_id: firing.source_run for firing in before}

    @cached_property
    def lately(self) -> dict[str, int]:
        """By trigger, of those with a storm brake, how often it fired of late."""
        return TriggerFiring.objects.fired_within(brakes(self._triggers))

    def of(self, terms: Terms) -> list["Source"]:
        """The source itself, then the further ones, of those that there are."""
        if not terms.config.with_:
            return [self]
        return [self.joined[word] for word in terms.sources if word in self.joined]


class Awaited(Source):
    """One that is under way, as it will be if it completes: every gate approved, made what it must
    make, and further what it has made by now."""

    @property
    def _made_version(self) -> BookVersion | None:
        return self.run.handed_version

    @property
    def outcome(self) -> str:
        return Outcome.SUCCEEDED

    @cached_property
    def approved_by(self) -> str | None:
        roles = [spec.role for spec in self.run.definition.parsed.steps if spec.kind == "gate"]
        return roles[-1] if roles else None

    def has(self, artifact_type: str) -> bool:
        made = (one for spec in self.run.definition.parsed.steps for one in spec.produces)
        must = {one.artifact_type for one in made if not one.optional}
        return artifact_type in must or super().has(artifact_type)

    @cached_property
    def joined(self) -> dict[str, Source]:
        """None but itself before it is known which version it makes."""
        definition = self.run.definition.parsed
        if self.run.handed_version or not any(spec.makes_version for spec in definition.steps):
            return super().joined
        return {self.workflow_type: self}


class Given:
    """What the names of a trigger's parameters stand for; in all so much and no more, since what
    one run was given the next may repeat, and the next again."""

    def __init__(self, terms: Terms, source: Source) -> None:
        first, *further = source.of(terms)
        self._sources = {"source": first, **{f"with.{one.workflow_type}": one for one in further}}
        self._taken = 0

    def look_up(self, name: Name) -> Any:
        """Raises Unfilled for what the source does not have, and for too much of it."""
        value = self._found(name)
        self._taken += len(json.dumps(value))
        if self._taken > MOST_TAKEN:
            raise Unfilled(f"its names stand for more than {MOST_TAKEN} characters")
        return value

    def _found(self, name: Name) -> Any:
        word, rest = whose(name)
        if not (source := self._sources.get(word)):
            raise Unfilled(f"there is no {word}")
        match rest:
            case ("parameters", *words):
                return _parameter(source, ".".join(words))
            case ("artifacts", artifact_type, field):
                return _of_artifact(source, artifact_type, field)
        return _of_run(source, ".".join(rest))


def _of_run(source: Source, word: str) -> Any:
    if word not in RUN_FIELDS:
        raise Unfilled(f'{source} has no "{word}"')
    return {**source.run.as_json(), "version": source.version.number}[word]


def _parameter(source: Source, word: str) -> Any:
    if word not in source.run.parameters:
        raise Unfilled(f'{source} was given no parameter "{word}"')
    return source.run.parameters[word]


def _of_artifact(source: Source, artifact_type: str, word: str) -> Any:
    if not (artifact := source.made.get(artifact_type)):
        raise Unfilled(f"{source} made no {artifact_type}")
    if word not in ARTIFACT_FIELDS:
        raise Unfilled(f'{artifact_type} of {source} has no "{word}"')
    return artifact.as_made()[word]
