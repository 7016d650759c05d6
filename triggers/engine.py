"""Firing: what a trigger starts when a run has ended, and the record of it.

All of it happens in the transaction that is open, the one that ends the source where nobody asked:
so there is a firing for each trigger and completing event, or the event itself was undone. Each
target begins within a savepoint: one that cannot leaves a `failed` firing, and nothing else.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from artifacts.errors import ArtifactsError
from books.errors import BooksError
from events.emitter import News, record, record_all
from events.errors import EventsError
from events.models import Event, EventType
from triggers.clauses import Verdict, decide
from triggers.errors import TriggersError
from triggers.filling import filled
from triggers.models import Result, TriggerFiring, WorkflowTrigger
from triggers.source import Given, Source
from triggers.terms import Terms
from workflows import runs
from workflows.errors import WorkflowsError
from workflows.lifecycle import is_contention
from workflows.models import WorkflowRun

REFUSALS = (ArtifactsError, BooksError, EventsError, TriggersError, WorkflowsError)
TARGET = "target"  # the clause that decided where the run could not be started
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """What is to come of one trigger and one source: `run` is what will start, not yet saved."""

    trigger: WorkflowTrigger
    source: Source
    requested: bool
    verdict: Verdict
    run: WorkflowRun | None = None

    @property
    def result(self) -> str:
        if self.run:
            return Result.FIRED
        return Result.FAILED if self.verdict.clause == TARGET else Result.SKIPPED

    def as_json(self) -> dict[str, Any]:
        return {
            "trigger": self.trigger.name,
            "source_run": self.source.run.public_id,
            "result": self.result,
            "reason": str(self.verdict),
            "target_workflow_type": self.trigger.target_workflow_type,
            "input_version": self.run.input_version.number if self.run else None,
            "parameters": self.run.parameters if self.run else None,
        }


def fire_all(triggers: Sequence[WorkflowTrigger], event: Event) -> list[TriggerFiring]:
    """What these triggers do about a completed run, each once; `event` tells that it is."""
    source = Source(event.run, triggers)
    done = [_carried_out(plan(trigger, source), actor=event.actor) for trigger in triggers]
    record_all(event.run, [_news(one) for one in done if one.run], actor=event.actor)
    return TriggerFiring.objects.bulk_create(_firing(one, event, actor=event.actor) for one in done)


def fire_on_request(trigger: WorkflowTrigger, source: Source, *, actor: str) -> TriggerFiring:
    """What a trigger does about an ended run because somebody asks; may be asked again."""
    done = _carried_out(plan(trigger, source, requested=True), actor=actor)
    firing = _firing(done, record(source.run, _news(done), actor=actor), actor=actor)
    firing.save(force_insert=True)
    return firing


def fire_late(trigger: WorkflowTrigger, event: Event, *, actor: str) -> TriggerFiring | None:
    """What a trigger does about a run that completed before it was there; None, and no trace, where
    it does not fit."""
    done = _carried_out(plan(trigger, Source(event.run, [trigger])), actor=actor)
    if done.result == Result.SKIPPED:
        return None
    record_all(event.run, [_news(done)] if done.run else [], actor=actor)
    firing = _firing(done, event, actor=actor)
    firing.save(force_insert=True)
    return firing


def plan(trigger: WorkflowTrigger, source: Source, *, requested: bool = False) -> Plan:
    """What would come of them. Does nothing."""
    try:
        terms = Terms.of(trigger)
        verdict = decide(terms, source, requested=requested)
        run = _drafted(terms, source) if verdict.fires else None
    except Exception as error:
        verdict, run = _failure(trigger, error), None
    return Plan(trigger, source, requested, verdict, run)


def _carried_out(planned: Plan, *, actor: str) -> Plan:
    """Start what was planned; answers what came of it."""
    trigger = planned.trigger
    if planned.run and trigger.config.get("limit"):
        WorkflowTrigger.objects.lock(trigger.name)  # others may have fired it meanwhile
        source = Source(planned.source.run, [trigger])
        planned = plan(trigger, source, requested=planned.requested)
    if not planned.run:
        return planned
    try:
        with transaction.atomic():
            runs.follow(planned.run, actor=actor)
    except Exception as error:
        return replace(planned, verdict=_failure(trigger, error), run=None)
    return planned


def _drafted(terms: Terms, source: Source) -> WorkflowRun:
    """The run to start. Raises Unfilled for what the source does not have, and what creating the
    run would raise."""
    given = Given(terms, source)
    parameters: dict[str, Any] = filled(terms.config.parameters, given.look_up)
    number = source.version.number if terms.config.input_version == "source" else ""
    new = runs.NewRun(terms.target, source.book.slug, parameters, input_version=number)
    return runs.drafted(new, source=source.run)


def _failure(trigger: WorkflowTrigger, error: Exception) -> Verdict:
    """The source's end does not hang on what could not follow it; the whole is tried again only
    where another process was in the way."""
    if is_contention(error):
        raise error
    why = " ".join(str(error).split())
    if not isinstance(error, REFUSALS):
        log.error("trigger %s could not start its run", trigger, exc_info=error)
        why = f"{type(error).__name__}: {why}"
    return Verdict(TARGET, why)


def _news(done: Plan) -> News:
    told = {
        "trigger": done.trigger.name,
        "target_workflow_type": done.trigger.target_workflow_type,
        "target_run": done.run.public_id if done.run else None,
        "requested": done.requested,
        "result": done.result,
        "reason": str(done.verdict),
    }
    return News(EventType.TRIGGER_FIRED, payload=told)


def _firing(done: Plan, event: Event, *, actor: str) -> TriggerFiring:
    came_together = done.run and len(done.trigger.sources) > 1 and not done.requested
    return TriggerFiring(
        trigger=done.trigger,
        terms=done.trigger.said,
        source_run=event.run,
        event=event,
        target_run=done.run,
        joined_version=done.source.version if came_together else None,
        actor=actor,
        requested=done.requested,
        result=done.result,
        reason=str(done.verdict),
    )
