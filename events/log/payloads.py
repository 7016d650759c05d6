"""What each event tells: the shape of its payload (docs/events.md has the same, in words).

A key that only some events of a type have is UNSET where it is absent. Times become ISO 8601.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType, ValidationError, convert, to_builtins

from events.models import EventType


class Payload(Struct, kw_only=True, forbid_unknown_fields=True):
    """What an event tells of itself."""


class Reused(Payload):
    step: int
    reused_from: int


class Created(Payload):
    """`parameters` of a run made anew, with its `parent_run` where a trigger made it; the other
    two of a rerun."""

    cause: str
    parameters: dict[str, Any] | UnsetType = UNSET
    parent_run: str | UnsetType = UNSET
    from_step: str | UnsetType = UNSET
    reused: list[Reused] | UnsetType = UNSET


class Nothing(Payload):
    """All that is told is that it happened."""


class Paused(Payload):
    pause_reason: str
    reason: str


class Resumed(Payload):
    reason: str


class Closed(Payload):
    """The ids of what ended with a run."""

    closed_rejections: list[int]
    closed_escalations: list[int]


class RunCompleted(Closed):
    output_version: str | None


class RunFailed(Closed):
    outcome: str
    reason: str
    closed: list[int]


class Cancelled(Closed):
    reason: str
    closed: list[int]


class OfStep(Payload):
    """Which attempt it is about."""

    name: str
    item: str | None
    attempt: int


class Claimed(OfStep):
    worker: str
    lease_seconds: int


class Completed(OfStep):
    """`artifacts` are ids, in the order handed in."""

    result: dict[str, Any]
    artifacts: list[str]


class Undone(OfStep):
    reason: str


class Passage(Payload):
    """A place in a chapter; offsets count characters of its text."""

    chapter: str | None
    heading: str | None
    quote: str | None
    start: int | None
    end: int | None


class Rejected(OfStep):
    """A verdict. `to_step` and `digest` come from a gate; one that ends its run has no type,
    passages or items."""

    decision: str
    reason: str
    rejection_type: str | UnsetType = UNSET
    passages: list[Passage] | UnsetType = UNSET
    items: list[str | None] | UnsetType = UNSET
    to_step: str | UnsetType = UNSET
    digest: str | UnsetType = UNSET


class GateOpened(OfStep):
    role: str
    due_at: datetime


class Approved(OfStep):
    decision: str
    reason: str
    digest: str


class Decided(Payload):
    """What the router decided about one rejection, and by which rule."""

    rejection: int
    item: str | None
    rejection_type: str
    retry_count: int
    handler_agent: str
    rework_step: str
    escalate: bool
    escalation_target: str
    max_retries: int
    rule: int | None
    why: str


class Attempt(Payload):
    step: int
    item: str | None
    attempt: int


class Routed(Decided):
    """`superseded` are the ids of the rows that became moot; `escalation` is the one whose
    retry this is."""

    attempts: list[Attempt]
    superseded: list[int]
    escalation: int | UnsetType = UNSET


class Escalated(Decided):
    escalation: int


class Acknowledged(Payload):
    escalation: int
    item: str | None
    rejection_type: str
    by: str


class Resolved(Acknowledged):
    action: str
    resolution: str


class ArtifactRegistered(Payload):
    artifact: str
    artifact_type: str
    path: str
    item: str | None
    digest: str


class TriggerFired(Payload):
    """`reason` says why it fired, or why it did not though it was asked to."""

    trigger: str
    target_workflow_type: str
    target_run: str | None
    requested: bool
    result: str
    reason: str


OF_RUN: dict[str, type[Payload]] = {
    EventType.CREATED: Created,
    EventType.STARTED: Nothing,
    EventType.PAUSED: Paused,
    EventType.RESUMED: Resumed,
    EventType.COMPLETED: RunCompleted,
    EventType.FAILED: RunFailed,
    EventType.CANCELLED: Cancelled,
    EventType.ARTIFACT_REGISTERED: ArtifactRegistered,
    EventType.TRIGGER_FIRED: TriggerFired,
}
OF_STEP: dict[str, type[Payload]] = {
    EventType.STARTED: Claimed,
    EventType.COMPLETED: Completed,
    EventType.FAILED: Undone,
    EventType.RELEASED: Undone,
    EventType.REJECTED: Rejected,
    EventType.ROUTED: Routed,
    EventType.ESCALATED: Escalated,
    EventType.GATE_OPENED: GateOpened,
    EventType.APPROVED: Approved,
    EventType.ACKNOWLEDGED: Acknowledged,
    EventType.RESOLVED: Resolved,
    EventType.ARTIFACT_REGISTERED: ArtifactRegistered,
}


def checked(event_type: str, told: Mapping[str, Any], *, of_step: bool) -> dict[str, Any]:
    """The payload as JSON holds it. Raises TypeError when it is not of its event's shape."""
    shape = (OF_STEP if of_step else OF_RUN)[event_type]
    try:
        payload = convert(dict(told), shape)
    except ValidationError as error:
        raise TypeError(
            f"the payload of {event_type} is not a {shape.__name__}: {error}"
        ) from error
    plain: dict[str, Any] = to_builtins(payload)
    return plain
