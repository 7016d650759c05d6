"""What a built-in agent is: it says whether it can do a step, and does it outside any
transaction, from a brief, to an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from artifacts.registry import Handed
from workflows.models import Step
from workflows.verdicts import Verdict

Brief = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """The step is complete: what was made, and a result."""

    result: dict[str, Any] = field(default_factory=dict)
    handed: Sequence[Handed] = ()


class CannotDo(Exception):
    """The step cannot be done as it stands; the message goes to whoever looks after the run."""


class Agent(Protocol):
    def can_do(self, step: Step) -> bool:
        """Whether this class can do the step now; cheap, asked for every ready step."""

    def perform(self, step: Step, brief: Brief) -> Done | Verdict:
        """Do it, at most once per lease. Raises CannotDo."""
