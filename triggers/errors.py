"""What the triggers refuse."""

from workflows.errors import Contradiction, IllegalMove, InvalidInput


class TriggersError(Exception):
    """The triggers refused."""


class TriggerRefused(TriggersError, InvalidInput):
    """A trigger that is not sound, or a request that it cannot take; nothing was written."""


class TriggerExists(TriggersError, Contradiction):
    """There is a trigger of that name already."""


class NotNow(TriggersError, IllegalMove):
    """A request that this trigger takes, but not as things stand."""


class Unfilled(TriggersError, InvalidInput):
    """A parameter asks the source for something that it does not have."""
