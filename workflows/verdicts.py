"""Handing a review back as rejected."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.errors import InvalidInput
from workflows.lifecycle import advance
from workflows.models import Step
from workflows.passages import passages_of
from workflows.work import Held, hand_back, holds


@dataclass(frozen=True)
class Verdict:
    """Why a review sends something back. `items` are needed where it judged all chapters."""

    rejection_type: str
    reason: str
    passages: Sequence[dict[str, Any]] = field(default_factory=list)
    items: Sequence[str] = ()


def reject(holder: Held, verdict: Verdict) -> dict[str, Any]:
    """Send back what a review judged, with type, reason and passages. Answers the step."""
    passages = _passages(holder, verdict)

    def act(step: Step) -> None:
        if not verdict.reason.strip():
            raise InvalidInput("a rejection needs a reason that says what to mend")
        if step.item and list(verdict.items) not in ([], [step.item]):
            named = ", ".join(verdict.items)
            raise InvalidInput(f"step {step} judges {step.item} alone, not {named}")
        step.reject(
            rejection_type=verdict.rejection_type,
            reason=verdict.reason,
            passages=passages,
            items=[step.item] if step.item else list(verdict.items),
        )
        advance(step.run)

    return hand_back(holder, "reject", vars(verdict), act)


def _passages(holder: Held, verdict: Verdict) -> list[Any]:
    """Found in the text before the run is locked: while the lease holds, what it judges stays as
    it is. Without the lease the verb is refused, or answered as before, whatever they are."""
    if not holds(holder.step, holder.lease):
        return list(verdict.passages)
    return passages_of(holder.step, verdict.passages)
