"""What may happen: definitions, runs, steps and who does them."""

from workflows.models.definitions import AgentBinding, Executor, WorkflowDefinition
from workflows.models.runs import Cause, Outcome, PauseReason, RunStatus, WorkflowRun
from workflows.models.steps import Step, StepKind, StepStatus
from workflows.models.tokens import ApiToken
from workflows.models.work import Draft, IdempotencyKey
from workflows.progress import LIVE, OPEN

__all__ = [
    "LIVE",
    "OPEN",
    "AgentBinding",
    "ApiToken",
    "Cause",
    "Draft",
    "Executor",
    "IdempotencyKey",
    "Outcome",
    "PauseReason",
    "RunStatus",
    "Step",
    "StepKind",
    "StepStatus",
    "WorkflowDefinition",
    "WorkflowRun",
]
