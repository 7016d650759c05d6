"""Which runs start others, and what became of each time they could have."""

from triggers.models.firing import Result, TriggerFiring
from triggers.models.trigger import Condition, WorkflowTrigger

__all__ = ["Condition", "Result", "TriggerFiring", "WorkflowTrigger"]
