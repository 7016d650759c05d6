"""What the workflows refuse, by what the caller would do about it."""


class WorkflowsError(Exception):
    """A workflow refused."""


class DefinitionError(WorkflowsError):
    """A workflow definition is not sound; nothing of it was taken over."""


class UnknownThing(WorkflowsError):
    """No run, step, workflow type or agent goes by that name."""


class InvalidInput(WorkflowsError):
    """The input itself is wrong; the same call will never succeed."""


class IllegalMove(WorkflowsError):
    """The law of the lifecycle does not allow that verb in this status."""


class StaleLease(WorkflowsError):
    """The step is no longer held under that lease."""


class Contradiction(WorkflowsError):
    """The input is sound, but contradicts what is there."""


class DraftChanged(Contradiction):
    """Another draft was kept since the one that this goes on from."""


class TextChanged(Contradiction):
    """What is decided on is not what was read."""


class SelfApproval(WorkflowsError):
    """Who made what a gate judges may not decide it."""


class NotAllowed(WorkflowsError):
    """Who asks may not do that; another may."""


class LostRace(WorkflowsError):
    """Another process moved the row first. The outermost door tries again."""


class RunBusy(LostRace):
    """Another process holds the run, and the caller did not want to wait."""
