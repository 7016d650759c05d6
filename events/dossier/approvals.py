"""Who decided what at the gates, and on which bytes."""

from collections.abc import Mapping
from typing import Any

from artifacts.models import Artifact, ArtifactUse
from events.dossier.selection import Selection
from events.models import Event, EventType
from workflows.models import StepKind, StepStatus

SAID = ("decision", "reason", "rejection_type", "items", "passages", "to_step", "digest")


def decisions(selection: Selection, files: Mapping[int, str]) -> list[dict[str, Any]]:
    """Every decision of every gate, the oldest first; `files` names artifacts in the dossier.

    `stands` tells whether the gate still is as decided: later rework can make it moot.
    """
    told = Event.objects.filter(
        run__in=selection.runs,
        event_type__in=(EventType.APPROVED, EventType.REJECTED),
        step__kind=StepKind.GATE,
    )
    events = list(told.select_related("run__definition", "step").order_by("pk"))
    read = _read([event.step_id for event in events if event.step_id], files)
    return [{**_decision(event), "decided_on": read.get(event.step_id, [])} for event in events]


def _decision(event: Event) -> dict[str, Any]:
    step = event.step
    assert step is not None  # noqa: S101 (asked for by the kind of its step)
    return {
        "run": event.run.public_id,
        "workflow_type": event.run.workflow_type,
        "step": step.pk,
        "gate": step.name,
        "attempt": step.attempt,
        "role": event.agent,
        "decided_by": event.actor,
        "decided_at": event.created_at,
        "stands": step.status == StepStatus.COMPLETED,
        **{key: event.payload.get(key) for key in SAID},
    }


def _read(steps: list[int], files: Mapping[int, str]) -> dict[int | None, list[dict[str, Any]]]:
    """What each gate decided on, as it was recorded then."""
    found: dict[int | None, list[dict[str, Any]]] = {}
    uses = ArtifactUse.objects.filter(step__in=steps).select_related("artifact")
    for use in uses.order_by("artifact", "pk"):
        found.setdefault(use.step_id, []).append(_about(use.artifact, files))
    return {step: sorted(read, key=_line) for step, read in found.items()}


def _line(told: dict[str, Any]) -> str:
    """As it goes into the digest of the decision."""
    return f"{told['artifact_type']} {told['item'] or ''} {told['path']} {told['digest']}\n"


def _about(artifact: Artifact, files: Mapping[int, str]) -> dict[str, Any]:
    return {
        "artifact": artifact.public_id,
        "artifact_type": artifact.artifact_type,
        "item": artifact.item or None,
        "path": artifact.path,
        "digest": artifact.digest,
        "file": files.get(artifact.pk),
    }
